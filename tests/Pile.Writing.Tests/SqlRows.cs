using Pile.DuckDb;

namespace Pile.Writing.Tests;

/// <summary>Executes SQL on the files of a dataset.</summary>
internal static class SqlRows
{
    /// <summary>Returns the rows of a query as texts.</summary>
    internal static List<string?[]> Of(string sql)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query($"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({sql})");
        List<string?[]> rows = [];
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
            {
                string?[] cells = new string?[result.Columns.Count];
                for (int column = 0; column < cells.Length; column++)
                    cells[column] = chunk[column].Text(row);
                rows.Add(cells);
            }
        return rows;
    }
}
