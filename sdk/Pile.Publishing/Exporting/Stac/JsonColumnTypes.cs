using System.Text;
using Pile.DuckDb;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>The types that DuckDB finds for the columns of a JSON file, with texts as texts: those that look like UUIDs would become
/// binary values, which other programs do not read as the text of an id, and those that look like times of day would become times.
/// </summary>
/// <remarks>For integers of both signs DuckDB finds HUGEINT, which Parquet lacks: it would be float64 in the file. Integers beyond int64
/// are read in another way (<see cref="LargeIntegers"/>).</remarks>
internal static class JsonColumnTypes
{
    private static readonly (string Found, string Type)[] Replaced = [("UUID", "VARCHAR"), ("TIME", "VARCHAR"), ("HUGEINT", "BIGINT")];

    /// <summary>Returns the types as the value of the option <c>columns</c> of DuckDB's <c>read_json</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="source">The call of <c>read_json</c> that finds the types.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    internal static string Find(DuckDbConnection connection, string source, CancellationToken cancellationToken)
    {
        StringBuilder columns = new();
        using DuckDbResult described = connection.Query($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {source})",
            cancellationToken: cancellationToken);
        foreach (DuckDbChunk chunk in described.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
                columns.Append(columns.Length > 0 ? ", " : "").Append(DuckDbSql.Literal(chunk[0].Text(row)!)).Append(": ")
                    .Append(DuckDbSql.Literal(Replace(chunk[1].Text(row)!)));
        return $"{{{columns}}}";
    }

    // Replaces types in a type as DuckDB writes it, but not in the names of fields.
    private static string Replace(string type)
    {
        StringBuilder replaced = new(type.Length);
        bool isQuoted = false;
        for (int i = 0; i < type.Length; i++)
        {
            isQuoted ^= type[i] is '"';
            // A type follows the name of its field and a blank; a name is followed by a blank.
            (string? found, string? other) = !isQuoted && (i is 0 || type[i - 1] is ' ') ? Array.Find(Replaced, t =>
                type.AsSpan(i).StartsWith(t.Found, StringComparison.Ordinal)
                && (i + t.Found.Length == type.Length || type[i + t.Found.Length] is ',' or ')' or '[')) : default;
            replaced.Append(other ?? type[i..(i + 1)]);
            i += found is null ? 0 : found.Length - 1;
        }
        return replaced.ToString();
    }
}
