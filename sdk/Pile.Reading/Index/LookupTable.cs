using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>Tables of ids or positions by which a statement looks up rows.</summary>
internal static class LookupTable
{
    /// <summary>Returns the columns of the positions of a saved query's rows, and their numbers in its order.</summary>
    internal static IReadOnlyList<KeyValuePair<string, DuckDbColumn>> SavedRows(long[] positions)
    {
        long[] numbers = new long[positions.Length];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = i;
        return [new("id", DuckDbColumn.Of<long>(positions)), new("n", DuckDbColumn.Of<long>(numbers))];
    }

    /// <summary>Creates a table on a connection.</summary>
    internal static void Create(DuckDbConnection connection, string name, IReadOnlyList<KeyValuePair<string, DuckDbColumn>> table,
        bool isTemporary)
    {
        DuckDbField[] fields = [.. table.Select(c => new DuckDbField(c.Key, c.Value.Type))];
        DuckDbColumn[] values = [.. table.Select(c => c.Value)];
        using DuckDbBatches batches = new(fields, values[0].RowCount == 0 ? [] : [values]);
        using DuckDbScan scan = connection.Scan(batches);
        connection.Execute($"CREATE OR REPLACE {(isTemporary ? "TEMP " : "")}TABLE {name} AS SELECT * FROM {scan.Sql}");
    }
}
