using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>Measures mean and standard deviation of the bands of a dataset's pixels, for the normalisation of models.</summary>
internal static class BandStatistics
{
    private const int BatchRows = 64;

    // Columns with few values that may differ where scales do; the chips of one item have one scale and offset.
    private static readonly string[] Separating = ["product", "platform"];
    private const string Item = "item";

    /// <summary>Reads pixels and measures them.</summary>
    /// <param name="dataset">A dataset of chips or images.</param>
    /// <param name="options">Which rows and columns are read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>One line for each column, value and band: columns and bands in the order in which they occur, values sorted.</returns>
    /// <remarks>Rows are measured one after another in the order of the index, so that the result does not depend on threads.</remarks>
    /// <exception cref="ArgumentException">A column is unknown, has no bands, or cannot group rows.</exception>
    /// <exception cref="PileException">A row cannot be read.</exception>
    internal static async Task<ImmutableArray<BandStatistic>> ComputeAsync(Dataset dataset, BandStatisticsOptions options,
        CancellationToken cancellationToken = default)
    {
        ImmutableArray<BandColumn> columns = BandColumn.Of(dataset.Manifest, options.Columns);
        string[] by = options.By is { } name ? [RequireKey(dataset.LayeredManifest, name)] : [];
        List<string> separating = [.. Separating.Where(c => c != options.By && dataset.Manifest.Column(c) is { IsHeavy: false,
            IsScalar: true })];
        Query query = dataset.Query().Native().Columns(columns.SelectMany(c => c.Columns).Concat(by).Concat(separating).Distinct());
        RowReader rows = await OpenAsync(dataset, query, options, cancellationToken).ConfigureAwait(false);
        Dictionary<(int Column, string? Value, string Band), (Moments Moments, long Rows, long Omitted)> found = [];
        Dictionary<(int Column, string? Value, string Band), (double Scale, double Offset)> physical = [];
        HashSet<(int Column, string? Value, string Band)> mixed = [];
        Dictionary<(string Name, string? Value, int Column, string Band), (double Scale, double Offset)> separated = [];
        HashSet<string> unfit = [];
        List<(int Column, string Band)> order = [];
        long read = 0;
        await foreach (RowBatch batch in rows.ReadAllAsync(BatchRows, cancellationToken).ConfigureAwait(false))
        {
            for (int row = 0; row < batch.RowCount; row++)
                for (int i = 0; i < columns.Length; i++)
                {
                    (int column, int line) = (i, row);
                    string? value = by is [var key] ? ElementText.OfScalar(batch[key], row) : null;
                    byte[]? hasData = await rows.ReadValidAsync((int)read + row, columns[i].Name, cancellationToken).ConfigureAwait(false);
                    columns[i].Measure(batch, row, hasData, (number, band, moments, omitted) =>
                    {
                        (double, double) own = columns[column].PhysicalOf(batch, line, number);
                        if (!physical.TryAdd((column, value, band), own) && !physical[(column, value, band)].Equals(own))
                            mixed.Add((column, value, band));
                        foreach (string other in separating)
                            if ((other, ElementText.OfScalar(batch[other], line), column, band) is var of && !separated.TryAdd(of, own)
                                && !separated[of].Equals(own))
                                unfit.Add(other);
                        if (!found.TryGetValue((column, value, band), out (Moments Moments, long Rows, long Omitted) sum))
                            sum.Moments = new Moments();
                        if (!order.Contains((column, band)))
                            order.Add((column, band));
                        sum.Moments.Add(moments);
                        found[(column, value, band)] = (sum.Moments, sum.Rows + 1, sum.Omitted + omitted);
                    });
                }
            options.OnProgress?.Invoke(read += batch.RowCount, rows.Count);
        }
        string? separatedBy = separating.Find(c => !unfit.Contains(c))
            ?? (options.By is not Item && dataset.Manifest.Column(Item) is not null ? Item : null);
        return [.. found.OrderBy(f => f.Key.Column).ThenBy(f => f.Key.Value, StringComparer.Ordinal)
            .ThenBy(f => order.IndexOf((f.Key.Column, f.Key.Band))).Select(f => new BandStatistic(columns[f.Key.Column].Name, f.Key.Value,
                f.Key.Band, f.Value.Moments, f.Value.Rows, f.Value.Omitted)
            {
                MixesScales = mixed.Contains(f.Key),
                SeparatedBy = mixed.Contains(f.Key) ? separatedBy : null,
            })];
    }

    private static async Task<RowReader> OpenAsync(Dataset dataset, Query query, BandStatisticsOptions options,
        CancellationToken cancellationToken)
    {
        if (options is { Where: null, SampleRows: null })
            return await dataset.OpenRowsAsync(query, cancellationToken: cancellationToken).ConfigureAwait(false);
        Query selected = options.Where is { } condition ? dataset.Query().Where(condition) : dataset.Query();
        long[] positions = await dataset.PositionsAsync(selected, cancellationToken).ConfigureAwait(false);
        if (options.SampleRows is { } count && count < positions.Length)
        {
            Array.Sort(positions);
            new Random(options.Seed).Shuffle(positions);
            positions = positions[..count];
        }
        Array.Sort(positions); // neighbouring chips share blocks of rasters
        return await dataset.OpenRowsByPositionAsync(positions, query, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static string RequireKey(Manifest manifest, string name) => manifest.Column(name) is { IsHeavy: false, IsScalar: true } column
        ? column.Name
        : throw new ArgumentException($"'{name}' is not a light column with one value for each row. Such columns of '{manifest.Name}' are "
            + $"{string.Join(", ", manifest.Columns.Where(c => c is { IsHeavy: false, IsScalar: true }).Select(c => c.Name))}.",
            nameof(name));
}
