using Pile.DuckDb;

namespace Pile.Tables.Parquet;

/// <summary>The names of the columns of a Parquet file as it has them.</summary>
internal static class ParquetNames
{
    /// <summary>Returns the names of the columns, without the fields of structs and lists.</summary>
    internal static string[] Of(DuckDbConnection connection, string path)
    {
        List<(string Name, long Children)> elements = [];
        using DuckDbResult result = connection.Query(
            $"SELECT name, coalesce(num_children, 0)::BIGINT FROM parquet_schema({ParquetColumn.FileLiteral(path)})");
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
                elements.Add((chunk[0].Text(row) ?? "", chunk[1].Values<long>()[row]));
        List<string> names = [];
        for (int i = 1; i < elements.Count; i = After(i))
            names.Add(elements[i].Name);
        return [.. names];

        // An element is followed by its children, each with its own.
        int After(int element)
        {
            int next = element + 1;
            for (long open = elements[element].Children; open > 0 && next < elements.Count; open--)
                open += elements[next++].Children;
            return next;
        }
    }
}
