using System.Collections.Immutable;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Writing.Shards;

/// <summary>The attributes that describe a shard without its manifest.</summary>
internal sealed class ShardAttributes
{
    private readonly List<(string Name, string Value)> ofFile;
    private readonly Dictionary<string, List<(string Name, string Value)>> ofColumn = new(StringComparer.Ordinal);

    internal ShardAttributes(DatasetSpec spec, IReadOnlyCollection<ColumnSchema> columns)
    {
        Provenance p = spec.Provenance;
        FormatVersion format = FormatVersion.For(columns, spec.IsVersioned, spec.Frame, spec.HasShards,
            hasCompactPositions: spec.HasCompactPositions is true);
        ofFile = [("pile", format.ToString()), ("name", spec.Name)];
        if (format.Minor < FormatVersion.OfSharedShards.Minor)
            ofFile.Add(("version", spec.Version));
        ofFile.AddRange(
        [
            ("modality", spec.Modality), ("subset", spec.Subset),
            ("project", p.Project), ("survey", p.Survey), ("instrument", p.Instrument), ("release", p.Release), ("licence", p.Licence),
            ("citation", p.Citation), ("builder", p.Builder), ("builder_version", p.BuilderVersion),
        ]);
        AddTo(ofFile, "frame", spec.Frame?.Name);
        AddTo(ofFile, "spectral_medium", spec.SpectralMedium);
        AddTo(ofFile, "time_scale", spec.TimeScale);
        AddTo(ofFile, "time_reference", spec.TimeReference);
        if (!spec.Aliases.IsEmpty)
            ofFile.Add(("aliases", AliasJson.Write(spec.Aliases)));
        foreach (ColumnSchema column in columns)
            ofColumn[column.Name] = TextsOf(column);
    }

    internal void WriteFile(Hdf5AttributeWriter attributes, string cellFolder)
    {
        foreach ((string name, string value) in ofFile)
            attributes.Write(name, value);
        attributes.Write("cell", cellFolder);
    }

    internal void WriteColumn(Hdf5AttributeWriter attributes, ColumnSchema column)
    {
        foreach ((string name, string value) in ofColumn[column.Name])
            attributes.Write(name, value);
        if (!column.Bands.IsEmpty)
            WriteBands(attributes, column.Bands);
        if (!column.Categories.IsEmpty)
        {
            attributes.Write("category_code", [.. column.Categories.Select(c => c.Code)]);
            attributes.Write("category_name", [.. column.Categories.Select(c => c.Name)]);
        }
        if (!column.Sentinels.IsEmpty)
            attributes.Write("sentinels", column.Sentinels.AsSpan());
        if (column.Time is { } time)
            attributes.Write("time_zero_mjd", time.ZeroMjd);
    }

    private static void WriteBands(Hdf5AttributeWriter attributes, ImmutableArray<BandSchema> bands)
    {
        attributes.Write("band_name", [.. bands.Select(b => b.Name)]);
        if (bands.All(b => b.Unit is not null))
            attributes.Write("band_unit", [.. bands.Select(b => b.Unit!)]);
        if (bands.All(b => b.WavelengthAngstrom is not null))
            attributes.Write("band_wavelength_angstrom", [.. bands.Select(b => b.WavelengthAngstrom!.Value)]);
        if (bands.All(b => b.ZeroPointMag is not null))
            attributes.Write("band_zero_point_mag", [.. bands.Select(b => b.ZeroPointMag!.Value)]);
        if (bands.All(b => b.MaskBits is not null))
            attributes.Write("band_mask_bits", [.. bands.Select(b => b.MaskBits!)]);
    }

    private static List<(string Name, string Value)> TextsOf(ColumnSchema column)
    {
        List<(string, string)> texts = [("role", column.Role == ColumnRole.Standard ? "standard" : "native")];
        AddTo(texts, "unit", column.Unit);
        AddTo(texts, "ucd", column.Ucd);
        AddTo(texts, "description", column.Description);
        AddTo(texts, "mask", column.MaskPolarity switch
        {
            MaskPolarity.TrueIsGood => "true_is_good",
            MaskPolarity.TrueIsBad => "true_is_bad",
            MaskPolarity.ZeroIsGood => "zero_is_good",
            _ => null,
        });
        AddTo(texts, "mask_bits", column.MaskBits);
        AddTo(texts, "encoding", column.Encoding);
        AddTo(texts, "nested", column.Nested);
        AddTo(texts, "time_scale", column.Time?.Scale);
        AddTo(texts, "time_reference", column.Time?.Reference);
        AddTo(texts, "spectral_medium", column.SpectralMedium);
        return texts;
    }

    private static void AddTo(List<(string, string)> texts, string name, string? value)
    {
        if (value is not null)
            texts.Add((name, value));
    }
}
