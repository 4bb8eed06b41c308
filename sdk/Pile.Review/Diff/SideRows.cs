using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>The rows of one side of a comparison, chunk by chunk: in the order of the index, or by id.</summary>
/// <remarks>A chunk has the compared light columns, the keys of the row, and the columns of pieces of the heavy columns.</remarks>
internal sealed class SideRows : IDisposable
{
    // Above this number of rows, DuckDB reads whole tiles instead of the row groups of single positions.
    private const long MostLookedUp = 1 << 20;

    private readonly IndexResult? result;
    private readonly int keyAt;
    private readonly bool hasTextIds;
    private readonly int[] piecesAt;
    private DuckDbChunk? chunk;
    private bool hasEnded;

    private SideRows(IndexResult? result, int keyAt, bool hasTextIds, int[] piecesAt) =>
        (this.result, this.keyAt, this.hasTextIds, this.piecesAt) = (result, keyAt, hasTextIds, piecesAt);

    /// <summary>A side without rows.</summary>
    internal static SideRows None { get; } = new(null, 0, false, []);

    /// <summary>The next row within the chunk.</summary>
    internal int Row { get; set; }

    /// <summary>The number of rows of the chunk.</summary>
    internal int RowCount => chunk?.RowCount ?? 0;

    /// <summary>The number of rows read so far.</summary>
    internal long RowsRead { get; private set; }

    /// <summary>Starts reading.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="light">The light columns.</param>
    /// <param name="heavy">The heavy columns, and whether their pieces are compared.</param>
    /// <param name="only">The rows to read, by id; null for all rows in the order of the index.</param>
    /// <param name="cancellationToken">Cancels the query, also while chunks are read.</param>
    /// <exception cref="DatasetInvalidException">A tile is missing or damaged.</exception>
    internal static async Task<SideRows> OpenAsync(Dataset dataset, IEnumerable<ColumnSchema> light,
        IEnumerable<(ColumnSchema Column, bool HasChecksums)> heavy, RowMarks? only, CancellationToken cancellationToken)
    {
        ImmutableArray<string> names = [.. light.Select(c => c.Name)];
        Query query = dataset.Query().Native().Columns(names);
        if (only is not null)
            query = query.OrderBy(ComparedColumns.ObjectId);
        IndexQuery index = await IndexQuery.OfAsync(query, isWithHeavy: false, cancellationToken).ConfigureAwait(false);
        List<int> starts = [];
        List<Action<IndexSelect>> outputs = [];
        int next = names.Length + 3;
        foreach ((ColumnSchema column, bool hasChecksums) in heavy)
        {
            starts.Add(next);
            Action<IndexSelect>[] pieces = hasChecksums ? [.. PieceOutputs(column)] : [];
            outputs.AddRange(pieces);
            next += pieces.Length;
        }
        starts.Add(next);
        IndexResult opened = await Task.Run(() => index.ExecuteAsync(select =>
        {
            select.OutputKey();
            select.Output(IndexSelect.RowId, select.StoredSql(ComparedColumns.ObjectId));
            select.UsesPosition = true;
            select.OutputOuter($"d.{IndexSelect.Position}");
            outputs.ForEach(output => output(select));
            if (only is null)
                return;
            if (only.Count <= MostLookedUp)
                select.KeepPositions(only.Positions());
            select.WherePosition(only);
        }, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new SideRows(opened, names.Length, dataset.IdsAreText, [.. starts]);
    }

    /// <summary>Reads the next chunk if all rows of the current one are done.</summary>
    /// <returns>False at the end.</returns>
    internal bool Fill()
    {
        if (Row < RowCount)
            return true;
        if (result is null || hasEnded)
            return false;
        Row = 0;
        hasEnded = !result.TryNext(out chunk);
        RowsRead += RowCount;
        return !hasEnded;
    }

    /// <summary>The keys of the chunk's rows.</summary>
    internal MergeKeys Keys(bool byId) => new(byId ? default : chunk!.Values<long>(keyAt), chunk![keyAt + 1], hasTextIds);

    internal ObjectId IdAt(int row) => hasTextIds ? new ObjectId(chunk![keyAt + 1].Text(row)!) : chunk!.Values<long>(keyAt + 1)[row];

    internal ReadOnlySpan<long> Positions => chunk!.Values<long>(keyAt + 2);

    internal DuckDbVector Light(int column) => chunk![column];

    /// <summary>Returns the range of the columns that describe the pieces of a heavy column.</summary>
    internal Range PieceColumns(int heavy) => piecesAt[heavy]..piecesAt[heavy + 1];

    public void Dispose() => result?.Dispose();

    // Equal sizes and checksums are the same bytes only if they are decoded in the same way to the same shape.
    private static IEnumerable<Action<IndexSelect>> PieceOutputs(ColumnSchema column)
    {
        string name = column.SqlName;
        yield return s => s.Output(ColumnNames.PieceSize(name));
        yield return s => s.Output(ColumnNames.PieceCodec(name));
        yield return s => s.Output(ColumnNames.PieceCrc32C(name));
        if (column.IsRagged)
            yield return s => s.Output($"{ColumnNames.PiecePrefix}{name}_row_shape",
                $"{s.StoredSql(ColumnNames.Shape(column.Name))}::BIGINT[]");
        if (column.IsRagged && column.Shape.Length > 1)
            yield return s => s.Output(ColumnNames.PieceChunk(name));
    }
}
