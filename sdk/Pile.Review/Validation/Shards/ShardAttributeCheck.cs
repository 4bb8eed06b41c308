using System.Globalization;
using Pile.Format;
using Pile.Hdf5;
using Pile.Reading;

namespace Pile.Review;

/// <summary>S002: the attributes of a shard are those that the manifest requires. It may have attributes of other names (S4.7).</summary>
internal static class ShardAttributeCheck
{
    internal static void CheckFile(DatasetUnderReview dataset, DatasetFile shard, Hdf5File file)
    {
        Manifest manifest = dataset.Manifest;
        bool hasVersion = manifest.FormatVersion.Minor < FormatVersion.OfSharedShards.Minor
            || file.Attributes.Find("version") is not null; // other shards need not have one
        (string? timeScale, string? timeReference) = TimeOf(manifest, file);
        ShardFacts facts = new()
        {
            Format = manifest.FormatVersion,
            Name = manifest.Name,
            Version = hasVersion ? manifest.Version : null,
            Modality = manifest.Modality,
            Subset = manifest.Subset,
            Provenance = manifest.Provenance,
            Frame = manifest.Frame,
            SpectralMedium = manifest.SpectralMedium,
            TimeScale = timeScale,
            TimeReference = timeReference,
            // Programs write JSON in different ways, so that any text is accepted.
            Aliases = manifest.Aliases.IsEmpty ? null : file.Attributes.Find("aliases")?.AsText ?? "the aliases as JSON",
        };
        foreach (ShardAttribute expected in facts.Attributes)
            Compare(dataset, shard, expected, file.Attributes.Find(expected.Name), null);
        if (shard.Path.Split('/') is [_, var cell, _])
            Compare(dataset, shard, new("cell", cell), file.Attributes.Find("cell"), null);
    }

    internal static void CheckColumn(DatasetUnderReview dataset, DatasetFile shard, ColumnSchema column, Hdf5Dataset found)
    {
        foreach (ShardAttribute expected in ColumnAttributes.Of(column))
            Compare(dataset, shard, expected, found.Attributes.Find(expected.Name), column.Name);
    }

    /// <summary>Returns the scale and the reference position of the dataset's times, which a shard states.</summary>
    /// <remarks>A manifest without a span does not state them. They are then those of the standard columns of times (S1.17), if the shard
    /// states any; and if there are no such columns, those of the shard (S4.8).</remarks>
    private static (string? Scale, string? Reference) TimeOf(Manifest manifest, Hdf5File file)
    {
        if (manifest.Time is { } span)
            return (span.Scale, span.Reference);
        string? scale = file.Attributes.Find("time_scale")?.AsText;
        return scale is not null && manifest.Columns.FirstOrDefault(ColumnMeaning.IsStandardMjd)?.Time is { } own
            ? (own.Scale, own.Reference) : (scale, file.Attributes.Find("time_reference")?.AsText);
    }

    private static void Compare(DatasetUnderReview dataset, DatasetFile shard, ShardAttribute expected, Hdf5Attribute? found,
        string? column)
    {
        if (expected.Value is null ? found is not null : found is null || !IsSame(expected.Value, found.Values))
            dataset.Log.Error(FindingCodes.ShardSchemaMismatch, shard.Path, (expected.Value is { } value
                ? $"expected the attribute '{expected.Name}' to be {Text(value)}"
                : $"expected no attribute '{expected.Name}', as the manifest has no such value") + $", found {Text(found?.Values)}",
                column: column);
    }

    private static bool IsSame(object expected, Array found) => expected switch
    {
        string text => found is string[] texts && texts.AsSpan().SequenceEqual([text]),
        string[] texts => found is string[] others && others.AsSpan().SequenceEqual(texts),
        long[] numbers => found is long[] others && others.AsSpan().SequenceEqual(numbers),
        double number => NumbersOf(found) is { } others && others.AsSpan().SequenceEqual([number]),
        _ => NumbersOf(found) is { } others && others.AsSpan().SequenceEqual((double[])expected),
    };

    // Other programs may write whole numbers as integers.
    private static double[]? NumbersOf(Array found) =>
        found as double[] ?? (found is long[] whole ? Array.ConvertAll(whole, n => (double)n) : null);

    private static string Text(object? value) => value switch
    {
        null => "none",
        string text => $"'{text}'",
        string[] texts => texts.Length == 1 ? $"'{texts[0]}'" : $"['{string.Join("', '", texts)}']",
        Array numbers => $"[{string.Join(", ", numbers.Cast<object>().Select(n => Convert.ToString(n, CultureInfo.InvariantCulture)))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
