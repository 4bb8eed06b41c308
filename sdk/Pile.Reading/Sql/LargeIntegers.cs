using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>Handles result columns of type HUGEINT, such as every sum of integers. Their values nearly always fit in int64, which only a
/// pass over all rows can show.</summary>
internal static class LargeIntegers
{
    private const string Result = "_pile_answer";

    internal static bool Are(DuckDbType type) => type.Id is DuckDbTypeId.HugeInt or DuckDbTypeId.UHugeInt;

    /// <summary>Stores a result in a temporary table, which DuckDB spills to disk if necessary, and finds the columns with values outside
    /// int64.</summary>
    /// <param name="connection">The session's connection.</param>
    /// <param name="source">The SELECT in parentheses, with its limit.</param>
    /// <param name="fields">Its columns.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>The table with the result, with the same order of columns; and for each column a value outside int64, or null.</returns>
    internal static (string Source, string?[] Beyond) Keep(DuckDbConnection connection, string source, DuckDbField[] fields,
        CancellationToken cancellationToken)
    {
        connection.Execute($"CREATE TEMP TABLE {Result} AS SELECT {string.Join(", ", fields.Select((_, i) => $"#{i + 1} AS c{i}"))} FROM "
            + $"{source}", cancellationToken: cancellationToken);
        int[] large = [.. Enumerable.Range(0, fields.Length).Where(i => Are(fields[i].Type))];
        string?[] beyond = new string?[fields.Length];
        using DuckDbResult found = connection.Query(
            $"SELECT {string.Join(", ", large.Select(i => $"any_value(c{i}) FILTER (TRY_CAST(c{i} AS BIGINT) IS NULL)::VARCHAR"))} FROM "
                + $"temp.{Result}", cancellationToken: cancellationToken);
        if (found.TryNextChunk(out DuckDbChunk? chunk))
            for (int k = 0; k < large.Length; k++)
                beyond[large[k]] = chunk[k].IsValid(0) ? chunk[k].Text(0) : null;
        return ($"temp.{Result}", beyond);
    }
}
