using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Schemas;
using Pile.Writing.Spill;

namespace Pile.Writing.Commit;

/// <summary>The rows whose id repeats that of an earlier row. The first row in the order of units and rows is kept, the others are
/// skipped.</summary>
internal sealed class RepeatedIds
{
    private const string Table = "repeated_ids";

    private readonly DuckDbConnection connection;
    private readonly IReadOnlyList<UnitRecord> units;

    private RepeatedIds(DuckDbConnection connection, IReadOnlyList<UnitRecord> units,
        long count) => (this.connection, this.units, Count) = (connection, units, count);

    /// <summary>The number of skipped rows.</summary>
    internal long Count { get; }

    /// <summary>Finds the rows, and excludes them from the query.</summary>
    /// <returns>Null if all ids are unique.</returns>
    internal static RepeatedIds? Skip(SpillQuery spill, IReadOnlyList<UnitRecord> units, DatasetSchema columns, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        if (spill.Groups.IsEmpty)
            return null;
        ColumnSchema objectId = columns.Columns.First(c => c.Name == StandardColumns.ObjectId);
        string ids = spill.Select(group => [$"{SpillQuery.Light(group, objectId)} AS id"]);
        string rows = spill.Select(group => [SpillNames.Unit, SpillNames.Row, $"{SpillQuery.Light(group, objectId)} AS id"]);
        string kept = $"first_value({{'u': {SpillNames.Unit}, 'r': {SpillNames.Row}}}) OVER places";
        connection.Execute($"CREATE TABLE {Table} AS SELECT u, r, id::VARCHAR AS id, kept.u AS kept_u, kept.r AS kept_r FROM "
            + $"(SELECT u, r, id, {kept} AS kept, row_number() OVER places AS place "
            + $"FROM ({rows}) WHERE id IN (SELECT id FROM ({ids}) GROUP BY id HAVING count(*) > 1) WINDOW places AS (PARTITION BY id ORDER "
            + "BY u, r)) WHERE place > 1", cancellationToken: cancellationToken);
        using DuckDbResult result = connection.Query($"SELECT count(*) FROM {Table}", cancellationToken: cancellationToken);
        long count = result.TryNextChunk(out DuckDbChunk? chunk) ? chunk.Values<long>(0)[0] : 0;
        if (count == 0)
            return null;
        spill.Exclude(Table);
        return new RepeatedIds(connection, units, count);
    }

    // Units of an earlier version begin with a blank, and then name it. Its path is left out: the list is a file of the dataset, which is
    // the same wherever the earlier version is.
    private static string NameOf(string source) => source.StartsWith(' ') ? $"the earlier version,{source}" : source;

    /// <summary>Writes a line for each skipped row.</summary>
    internal void WriteTo(TextWriter list)
    {
        using DuckDbResult result = connection.Query($"SELECT u, r, id, kept_u, kept_r FROM {Table} ORDER BY u, r");
        while (result.TryNextChunk(out DuckDbChunk? chunk))
            for (int row = 0; row < chunk.RowCount; row++)
                list.WriteLine(SkippedRows.Line(units[chunk.Values<int>(0)[row]].Source, chunk.Values<long>(1)[row],
                    $"the id '{chunk[2].Text(row)}' repeats that of row {chunk.Values<long>(4)[row]} of "
                        + NameOf(units[chunk.Values<int>(3)[row]].Source)));
    }
}
