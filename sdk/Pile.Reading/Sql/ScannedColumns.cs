using System.Text.Json;
using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>Finds the columns that DuckDB reads from Parquet files for a statement, from DuckDB's query plan.</summary>
internal static class ScannedColumns
{
    private const int DeepestNesting = 4000;

    /// <summary>Returns the columns that a SELECT reads; may contain extra columns and never misses one.</summary>
    /// <exception cref="DuckDbException">DuckDB cannot bind the SELECT.</exception>
    internal static TileColumns Of(DuckDbConnection connection, string select, CancellationToken cancellationToken)
    {
        TileColumns columns = new();
        using DuckDbResult result = connection.Query($"EXPLAIN (FORMAT JSON) {select}", cancellationToken: cancellationToken);
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
                using (JsonDocument plan = JsonDocument.Parse(chunk[1].Text(row)!, new JsonDocumentOptions { MaxDepth = DeepestNesting }))
                    Add(plan.RootElement, columns);
        return columns;
    }

    private static void Add(JsonElement node, TileColumns columns)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement each in node.EnumerateArray())
                Add(each, columns);
            return;
        }
        if (node.TryGetProperty("extra_info", out JsonElement info) && info.TryGetProperty("Function", out JsonElement function)
            && function.GetString() == "READ_PARQUET")
        {
            foreach (string name in Texts(info, "Projections"))
                columns.AddPath(name);
            foreach (string filter in Texts(info, "Filters"))
                columns.AddText(filter);
        }
        if (node.TryGetProperty("children", out JsonElement children))
            Add(children, columns);
    }

    // DuckDB writes a list with one element as a text.
    private static IEnumerable<string> Texts(JsonElement info, string name) => !info.TryGetProperty(name, out JsonElement value) ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(e => e.GetString()!)
        : [value.GetString()!];
}
