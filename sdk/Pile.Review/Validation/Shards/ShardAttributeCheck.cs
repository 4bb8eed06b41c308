using Pile.Format;
using Pile.Hdf5;
using Pile.Reading;

namespace Pile.Review;

/// <summary>S002: the attributes of a shard agree with the manifest.</summary>
internal static class ShardAttributeCheck
{
    internal static void CheckFile(DatasetUnderReview dataset, DatasetFile shard, Hdf5File file)
    {
        Manifest manifest = dataset.Manifest;
        Provenance p = manifest.Provenance;
        (string Name, string? Value)[] expected =
        [
            ("pile", manifest.FormatVersion.ToString()), ("name", manifest.Name), ("version", OwnVersion(dataset, file)),
            ("modality", manifest.Modality), ("subset", manifest.Subset),
            ("cell", shard.Path.Split('/') is [_, var cell, _] ? cell : null),
            ("project", p.Project), ("survey", p.Survey), ("instrument", p.Instrument), ("release", p.Release), ("licence", p.Licence),
            ("citation", p.Citation), ("builder", p.Builder), ("builder_version", p.BuilderVersion), ("frame", manifest.Frame),
            ("spectral_medium", manifest.SpectralMedium), ("time_scale", manifest.Time?.Scale),
            ("time_reference", manifest.Time?.Reference),
        ];
        foreach ((string name, string? value) in expected)
            if (value is not null)
                Compare(dataset, shard, name, value, file.Attributes.Find(name), null);
        if (!manifest.Aliases.IsEmpty && file.Attributes.Find("aliases")?.AsText is null)
            Wrong(dataset, shard, "expected the attribute 'aliases', as the manifest has some; found none", null);
    }

    /// <summary>The version that a shard must have; null if it need not have one.</summary>
    private static string? OwnVersion(DatasetUnderReview dataset, Hdf5File shard) =>
        dataset.Manifest.FormatVersion.Minor < FormatVersion.OfSharedShards.Minor || shard.Attributes.Find("version") is not null
            ? dataset.Manifest.Version : null;

    internal static void CheckColumn(DatasetUnderReview dataset, DatasetFile shard, ColumnSchema column, Hdf5Dataset found)
    {
        (string Name, string? Value)[] expected =
        [
            ("role", column.Role == ColumnRole.Standard ? "standard" : "native"), ("unit", column.Unit), ("ucd", column.Ucd),
            ("description", column.Description),
            ("mask", column.MaskPolarity switch { MaskPolarity.TrueIsGood => "true_is_good", MaskPolarity.TrueIsBad => "true_is_bad",
                MaskPolarity.ZeroIsGood => "zero_is_good", _ => null }),
            ("mask_bits", column.MaskBits), ("encoding", column.Encoding), ("nested", column.Nested), ("time_scale", column.Time?.Scale),
            ("time_reference", column.Time?.Reference),
            ("spectral_medium", column.SpectralMedium),
        ];
        foreach ((string name, string? value) in expected)
            if (value is not null)
                Compare(dataset, shard, name, value, found.Attributes.Find(name), column.Name);
        if (!column.Bands.IsEmpty && !(found.Attributes.Find("band_name")?.Values is string[] bands
            && bands.SequenceEqual(column.Bands.Select(b => b.Name))))
            Wrong(dataset, shard, $"expected the attribute 'band_name' to be {string.Join(", ", column.Bands.Select(b => b.Name))}, found "
                + "another or none", column.Name);
        if (!column.Categories.IsEmpty && !(found.Attributes.Find("category_name")?.Values is string[] names
            && names.SequenceEqual(column.Categories.Select(c => c.Name))))
            Wrong(dataset, shard, "expected the attributes 'category_code' and 'category_name', as the manifest has categories; found "
                + "others or none", column.Name);
        if (column.Time is { } time && !(found.Attributes.Find("time_zero_mjd")?.Values is double[] zero
            && zero.SequenceEqual([time.ZeroMjd])))
            Wrong(dataset, shard, $"expected the attribute 'time_zero_mjd' to be {time.ZeroMjd}, found another or none", column.Name);
    }

    private static void Compare(DatasetUnderReview dataset, DatasetFile shard, string name, string expected, Hdf5Attribute? found,
        string? column)
    {
        if (found?.AsText != expected)
            Wrong(dataset, shard,
                $"expected the attribute '{name}' to be '{expected}', found {(found is null ? "none" : $"'{found.AsText}'")}", column);
    }

    private static void Wrong(DatasetUnderReview dataset, DatasetFile shard, string message, string? column) =>
        dataset.Log.Error(FindingCodes.ShardSchemaMismatch, shard.Path, message, column: column);
}
