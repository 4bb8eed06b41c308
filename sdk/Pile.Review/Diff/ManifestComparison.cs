using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Review;

/// <summary>Compares what two manifests say about the datasets as a whole.</summary>
internal static class ManifestComparison
{
    internal static ImmutableArray<PropertyDifference> Identity(Manifest a, Manifest b) => new PropertyList()
        .Add("name", a.Name, b.Name)
        .Add("version", a.Version, b.Version)
        .Add("description", a.Description, b.Description)
        .Add("modality", a.Modality, b.Modality)
        .Add("frame", a.Frame, b.Frame)
        .Add("epoch_year", a.EpochYear, b.EpochYear).Differences;

    // The version of the builder is a property of the program, as the version of the format is.
    internal static ImmutableArray<PropertyDifference> Provenance(Provenance a, Provenance b) => new PropertyList()
        .Add("project", a.Project, b.Project)
        .Add("survey", a.Survey, b.Survey)
        .Add("instrument", a.Instrument, b.Instrument)
        .Add("release", a.Release, b.Release)
        .Add("licence", a.Licence, b.Licence)
        .Add("citation", a.Citation, b.Citation)
        .Add("builder", a.Builder, b.Builder).Differences;

    /// <summary>Returns how the storage of the datasets differs, and of the columns that both have.</summary>
    internal static ImmutableArray<PropertyDifference> Layout(Manifest a, Manifest b)
    {
        PropertyList list = new PropertyList()
            .Add("format_version", a.FormatVersion.ToString(), b.FormatVersion.ToString())
            .Add("builder_version", a.Provenance.BuilderVersion, b.Provenance.BuilderVersion)
            .Add("subset", a.Subset, b.Subset)
            .Add("partition.scheme", a.Partition.Scheme, b.Partition.Scheme)
            .Add("partition.bits", a.Partition.Bits, b.Partition.Bits)
            .Add("partition.order", a.Partition.Order, b.Partition.Order)
            .Add("partition.grid", a.Partition.Grid?.ToString(), b.Partition.Grid?.ToString())
            .Add("shards", a.Shards, b.Shards)
            .Add("bytes", a.Bytes, b.Bytes)
            .Add("margin_arcsec", a.MarginArcsec, b.MarginArcsec);
        (ColumnSchema A, ColumnSchema B)[] common = [.. a.Columns.Where(c => b.Column(c.Name) is not null)
            .Select(c => (c, b.Column(c.Name)!))];
        string[] orderA = [.. common.Select(c => c.A.Name)],
            orderB = [.. b.Columns.Where(c => a.Column(c.Name) is not null).Select(c => c.Name)];
        if (Enumerable.Range(0, orderA.Length).FirstOrDefault(i => orderA[i] != orderB[i], -1) is >= 0 and var first)
            list.Add("columns.order", $"{orderA[first]} is column {first}", $"{orderB[first]} is column {first}");
        foreach ((ColumnSchema left, ColumnSchema right) in common)
            AddLayout(list, $"columns.{left.Name}", left, right);
        return list.Differences;
    }

    private static void AddLayout(PropertyList list, string prefix, ColumnSchema a, ColumnSchema b) => list
        .Add($"{prefix}.storage", a.IsHeavy ? "heavy" : "light", b.IsHeavy ? "heavy" : "light")
        .Add($"{prefix}.codec", CodecOf(a), CodecOf(b))
        .Add($"{prefix}.padding", PaddingOf(a), PaddingOf(b))
        .Add($"{prefix}.string_bytes", a.StringBytes, b.StringBytes)
        .Add($"{prefix}.longest", a.Longest, b.Longest)
        .Add($"{prefix}.index_name", a.IndexName, b.IndexName);

    private static string? CodecOf(ColumnSchema column) =>
        column.IsHeavy ? ManifestWords.Of(ManifestWords.Codecs, column.Codec) : null;

    private static string? PaddingOf(ColumnSchema column) => !column.IsRagged ? null
        : column.Padding.IsEdge ? "edge" : column.Padding.Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
