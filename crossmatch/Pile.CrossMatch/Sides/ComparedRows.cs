using Pile.Format;
using Pile.Parquet;
using Pile.Reading;

namespace Pile.CrossMatch;

/// <summary>Selects the rows of a dataset whose conditions are comparisons of float64 columns with numbers, such as <c>mjd &gt;
/// 56500</c>, without the query engine.</summary>
/// <remarks>DuckDB takes twice as long to start, to evaluate them and to return the number of each row.</remarks>
internal sealed class ComparedRows
{
    private readonly Dataset dataset;
    private readonly Comparison[] comparisons;
    private readonly ColumnSchema[] columns;
    private readonly RowSet selected;
    private volatile bool isOfOtherForm;

    private ComparedRows(Dataset dataset, Comparison[] comparisons, ColumnSchema[] columns, int rowCount) =>
        (this.dataset, this.comparisons, this.columns, selected) = (dataset, comparisons, columns, new RowSet(rowCount));

    /// <summary>Selects the rows of a side.</summary>
    /// <param name="side">The side.</param>
    /// <param name="rowCount">The number of rows of its dataset.</param>
    /// <param name="workers">The number of threads.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>Null if DuckDB must select them: there are other conditions, or tiles that <see cref="TileNumbers"/> does not
    /// read.</returns>
    /// <exception cref="DatasetInvalidException">A tile is missing or damaged.</exception>
    internal static async Task<RowSet?> TrySelectAsync(DatasetSide side, int rowCount, int workers, CancellationToken cancellationToken)
    {
        Query query = side.Query;
        bool hasOnlyConditions = query is { Regions.IsEmpty: true, ObjectIds: null, Order.IsEmpty: true, RowLimit: null, Base: null };
        if (!hasOnlyConditions || query.View != DatasetView.Standard || !side.Dataset.VerifiesTiles)
            return null;
        List<Comparison> all = [];
        foreach (string condition in query.Conditions)
            if (Comparison.TryParse(condition, name => ColumnOf(name) is not null) is { } some)
                all.AddRange(some);
            else
                return null;
        ColumnSchema?[] compared = [.. all.SelectMany(c => (string[])[c.Left, .. c.LeftOther is { } other ? [other] : (string[])[]])
            .Distinct().Select(ColumnOf)];
        if (compared.Length == 0 || Array.Exists(compared, column => column is null))
            return null;
        QueryPlan plan = await side.Dataset.PlanAsync(query.Columns("object_id"), cancellationToken).ConfigureAwait(false);
        ComparedRows rows = new(side.Dataset, [.. all], [.. compared.OfType<ColumnSchema>()], rowCount);
        return await rows.TryReadAsync([.. plan.Tiles], workers, cancellationToken).ConfigureAwait(false) ? rows.selected : null;

        // Of positions, DuckDB leaves out most row groups by their statistics.
        ColumnSchema? ColumnOf(string name) => side.IsOwn(name) ? null : side.Columns.FirstOrDefault(
            c => c is { IsScalar: true, DType: DType.Float64 } && c.Name == name && c.SqlName == name);
    }

    private async Task<bool> TryReadAsync(IndexTile[] tiles, int workers, CancellationToken cancellationToken)
    {
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(workers, tiles.Length)).Select(_ => Task.Run(async () =>
        {
            using TileNumbers? numbers = TileNumbers.TryCreate();
            Buffers buffers = new(columns.Length);
            for (int i; !isOfOtherForm && (i = Interlocked.Increment(ref next)) < tiles.Length;)
                if (numbers is null || !await TryReadAsync(tiles[i], numbers, buffers, cancellationToken).ConfigureAwait(false))
                    isOfOtherForm = true;
        }, cancellationToken))).ConfigureAwait(false);
        return !isOfOtherForm;
    }

    private async Task<bool> TryReadAsync(IndexTile tile, TileNumbers numbers, Buffers buffers, CancellationToken cancellationToken)
    {
        int rows = (int)tile.File.Rows;
        if (!await numbers.TryOpenAsync(dataset, tile, [.. columns.Select(c => c.Name)], cancellationToken).ConfigureAwait(false))
            return false;
        buffers.Resize(rows);
        for (int i = 0; i < columns.Length; i++)
        {
            Span<double> values = buffers.Values[i].AsSpan(0, rows);
            Span<bool> isMissing = columns[i].Nullable ? buffers.IsMissing.AsSpan(0, rows) : [];
            isMissing.Clear();
            if (!numbers.TryRead(i, ParquetType.Double, ParquetInteger.AsStored, values, isMissing))
                return false;
            for (int row = isMissing.IndexOf(true); row >= 0 && row < rows; row++)
                if (isMissing[row])
                    values[row] = double.NaN; // meets no comparison
        }
        numbers.RequireUnchanged();
        Span<bool> isKept = buffers.IsKept.AsSpan(0, rows);
        isKept.Fill(true);
        foreach (Comparison comparison in comparisons)
            comparison.Keep(ValuesOf(comparison.Left), comparison.LeftOther is { } other ? ValuesOf(other) : [], isKept);
        selected.Add((int)tile.FirstPosition, isKept);
        return true;

        ReadOnlySpan<double> ValuesOf(string name) => buffers.Values[Array.FindIndex(columns, c => c.Name == name)].AsSpan(0, rows);
    }

    /// <summary>The values of a tile, in memory that the next one uses again.</summary>
    private sealed class Buffers(int columnCount)
    {
        internal double[][] Values { get; } = new double[columnCount][];

        internal bool[] IsMissing { get; private set; } = [];

        internal bool[] IsKept { get; private set; } = [];

        internal void Resize(int rows)
        {
            if (IsKept.Length >= rows && rows > 0)
                return;
            for (int i = 0; i < Values.Length; i++)
                Values[i] = GC.AllocateUninitializedArray<double>(rows);
            (IsMissing, IsKept) = (new bool[rows], new bool[rows]);
        }
    }
}
