using Pile.DuckDb;
using Pile.Format;

namespace Pile.Tables;

/// <summary>Reads the rows of Parquet files with nested columns as JSON objects.</summary>
internal static class ParquetJson
{
    /// <summary>Reads all rows in their order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>An object for each row, with a member for each column: times as in RFC 3339 in UTC, bytes as hexadecimal digits.</returns>
    /// <exception cref="SourceUnreadableException">The file is not a Parquet file that can be read.</exception>
    internal static IEnumerable<string> Read(string path, CancellationToken cancellationToken)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult rows = Open(connection, path, cancellationToken);
        while (Next(rows, path) is { } chunk)
            for (int row = 0; row < chunk.RowCount; row++)
                yield return chunk[0].Text(row) ?? "{}";
    }

    private static DuckDbResult Open(DuckDbConnection connection, string path, CancellationToken cancellationToken)
    {
        string file = $"read_parquet({DuckDbSql.Literal(path)}, hive_partitioning = false)";
        try
        {
            connection.Execute("SET GLOBAL enable_geoparquet_conversion = false", // geometries stay WKB
                cancellationToken: cancellationToken);
            using DuckDbResult columns = connection.Query($"SELECT * FROM {file} LIMIT 0", cancellationToken: cancellationToken);
            string members = string.Join(", ", columns.Columns.Select(c => $"{DuckDbSql.Identifier(c.Name)} := {Expression(c)}"));
            return connection.Query($"SELECT to_json(struct_pack({members}))::VARCHAR FROM {file}", cancellationToken: cancellationToken);
        }
        catch (DuckDbException e)
        {
            throw Unreadable(path, e);
        }
    }

    private static DuckDbChunk? Next(DuckDbResult rows, string path)
    {
        try
        {
            return rows.TryNextChunk(out DuckDbChunk? chunk) ? chunk : null;
        }
        catch (DuckDbException e)
        {
            throw Unreadable(path, e);
        }
    }

    private static string Expression(DuckDbField column)
    {
        string name = DuckDbSql.Identifier(column.Name), type = column.Type.ToString();
        return type.StartsWith("TIMESTAMP", StringComparison.Ordinal)
            ? $"regexp_replace(strftime(make_timestamp(epoch_us({name})), '%Y-%m-%dT%H:%M:%S.%fZ'), '\\.?0+Z$', 'Z')"
            : type == "BLOB" ? $"hex({name})" : name;
    }

    private static SourceUnreadableException Unreadable(string path, DuckDbException e) =>
        new(path, e.Message.Split('\n')[0].TrimEnd('.'), "Give a Parquet file that DuckDB can read", e);
}
