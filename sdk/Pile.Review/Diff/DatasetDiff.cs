using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>Compares two datasets: two versions of one, or a copy and its origin.</summary>
/// <remarks>Everything that is compared is verified as it is by other reads. See docs/growing.md.</remarks>
internal static class DatasetDiff
{
    /// <summary>Compares datasets.</summary>
    /// <param name="a">The dataset to compare with.</param>
    /// <param name="b">The dataset to compare: rows that only it has are added.</param>
    /// <param name="options">What is compared.</param>
    /// <param name="cancellationToken">Cancels the comparison.</param>
    /// <exception cref="PileException">A dataset is damaged, or a store fails.</exception>
    internal static async Task<DiffReport> RunAsync(Dataset a, Dataset b, DiffOptions options, CancellationToken cancellationToken)
    {
        ComparedColumns columns = ComparedColumns.Of(a, b, options.LightOnly);
        List<string> notes = [];
        ImmutableArray<StatisticDifference> statistics = await StatisticsAsync(a, b, options, notes, cancellationToken)
            .ConfigureAwait(false);
        RowComparison rows = new(a, b, columns, options);
        IAsyncEnumerable<RowBatch> differences = rows.RunAsync(cancellationToken);
        if (options.WriteRows is { } write)
            await write(differences, cancellationToken).ConfigureAwait(false);
        else
            await foreach (RowBatch _ in differences.ConfigureAwait(false))
            {
                // The batches are empty: the differences are counted only.
            }
        AddNotes(a, b, columns, notes);
        return new DiffReport
        {
            Identity = ManifestComparison.Identity(a.Manifest, b.Manifest),
            Schema = SchemaComparison.Compare(a.Manifest, b.Manifest),
            Provenance = ManifestComparison.Provenance(a.Manifest.Provenance, b.Manifest.Provenance),
            Rows = rows.Summary,
            Statistics = statistics,
            Layout = ManifestComparison.Layout(a.Manifest, b.Manifest),
            Notes = [.. notes],
        };
    }

    private static async Task<ImmutableArray<StatisticDifference>> StatisticsAsync(Dataset a, Dataset b, DiffOptions options,
        List<string> notes, CancellationToken cancellationToken)
    {
        ImmutableArray<ColumnStatistics> ofA = await a.StatisticsAsync(cancellationToken).ConfigureAwait(false),
            ofB = await b.StatisticsAsync(cancellationToken).ConfigureAwait(false);
        foreach ((string side, bool isMissing) in (ReadOnlySpan<(string, bool)>)[("A", ofA.IsEmpty), ("B", ofB.IsEmpty)])
            if (isMissing)
                notes.Add($"statistics are not compared: {side} has no '{DatasetPaths.Statistics}'");
        return StatisticsComparison.Compare(ofA, ofB, a.Manifest.Columns
            .Where(c => !ComparedColumns.IsOfKey(c, a) && !ComparedColumns.IsOfKey(c, b)
                && b.Manifest.Column(c.Name) is { } other && other.DType == c.DType
                && !(options.LightOnly && (c.IsHeavy || other.IsHeavy))
                // of values in other files there are no statistics
                && !c.IsOutside && !other.IsOutside)
            .Select(c => c.Name).ToHashSet(StringComparer.Ordinal));
    }

    private static void AddNotes(Dataset a, Dataset b, ComparedColumns columns, List<string> notes)
    {
        if (a.Manifest.Modality != b.Manifest.Modality)
            notes.Add($"A is of the modality {a.Manifest.Modality}, B of {b.Manifest.Modality}: only the columns that both have are "
                + "compared");
        if (a.IdsAreText != b.IdsAreText)
            notes.Add($"the ids of A are {Kind(a)}, those of B {Kind(b)}: no row of A can be a row of B");
        foreach (string name in columns.NotComparable)
            notes.Add($"the values of column '{name}' are not compared, because its dtype or number of axes differs");

        static string Kind(Dataset dataset) => dataset.IdsAreText ? "text" : "integers";
    }
}
