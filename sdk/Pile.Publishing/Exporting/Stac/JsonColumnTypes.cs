using System.Text;
using Pile.DuckDb;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>The types that DuckDB finds for the columns of a JSON file, with texts as texts: those that look like UUIDs would become
/// binary values, which other programs do not read as the text of an id, and those that look like times of day would become times.
/// </summary>
internal static class JsonColumnTypes
{
    private const string Text = "VARCHAR";
    private static readonly string[] OfTexts = ["UUID", "TIME"];

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
                    .Append(DuckDbSql.Literal(WithTexts(chunk[1].Text(row)!)));
        return $"{{{columns}}}";
    }

    /// <summary>Replaces types that DuckDB finds for texts in a type as DuckDB writes it, but not in the names of fields.</summary>
    internal static string WithTexts(string type)
    {
        StringBuilder replaced = new(type.Length);
        bool isQuoted = false;
        for (int i = 0; i < type.Length; i++)
        {
            isQuoted ^= type[i] is '"';
            // A type follows the name of its field and a blank; a name is followed by a blank.
            string? found = !isQuoted && (i is 0 || type[i - 1] is ' ') ? Array.Find(OfTexts, word =>
                type.AsSpan(i).StartsWith(word, StringComparison.Ordinal)
                && (i + word.Length == type.Length || type[i + word.Length] is ',' or ')' or '[')) : null;
            replaced.Append(found is null ? type[i..(i + 1)] : Text);
            i += found is null ? 0 : found.Length - 1;
        }
        return replaced.ToString();
    }
}
