using Pile.DuckDb;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The SQL condition of a table, evaluated over batches of its rows.</summary>
internal sealed class TableCondition : IDisposable
{
    private const string Place = "_pile_place";

    private readonly MatchSide side;
    private readonly SideBatches batches;
    private readonly MatchWorkspace work;
    private readonly CancellationToken cancellationToken;
    private readonly DuckDbConnection connection;
    private readonly string condition;

    internal TableCondition(MatchSide side, SideBatches batches, MatchWorkspace work, CancellationToken cancellationToken)
    {
        (this.side, this.batches, this.work, this.cancellationToken) = (side, batches, work, cancellationToken);
        connection = work.Connect();
        condition = side.ParseCondition(connection, side.Condition!).Sql;
    }

    /// <summary>Returns the rows that meet the condition, in their order.</summary>
    internal int[] Find(RowBatch batch)
    {
        if (batch.RowCount == 0)
            return [];
        int[] places = [.. Enumerable.Range(0, batch.RowCount)];
        List<int> kept = [];
        try
        {
            using DuckDbBatches source = new([new(Place, DuckDbType.Integer), .. batches.Fields],
                [[DuckDbColumn.Of<int>(places), .. batch.Columns.Select(DuckDbColumn.Of)]]);
            using DuckDbScan scan = connection.Scan(source);
            using DuckDbResult result = connection.Query($"""
                SELECT {Place} FROM (SELECT {Place}, {SideBatches.Id} AS object_id, {SideBatches.Ra} AS {side.Frame.Lon},
                    {SideBatches.Dec} AS {side.Frame.Lat},
                    *{batches.RowIdSql} FROM {scan.Sql})
                WHERE {condition}
                """, cancellationToken: cancellationToken);
            foreach (DuckDbChunk chunk in result.Chunks())
                kept.AddRange(chunk.Values<int>(0));
        }
        catch (DuckDbException e) when (SqlMistake.Is(e))
        {
            throw SqlMistake.Of(side.Condition!, e, [side]);
        }
        catch (DuckDbException e)
        {
            throw work.Translate(e);
        }
        kept.Sort();
        return [.. kept];
    }

    public void Dispose() => connection.Dispose();
}
