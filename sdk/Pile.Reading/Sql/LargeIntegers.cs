using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>The columns of an answer that are HUGEINT, as every sum of integers is, and hold int64 nearly always: which they are, all rows
/// together tell.</summary>
internal static class LargeIntegers
{
    private const string Answer = "_pile_answer";

    internal static bool Are(DuckDbType type) => type.Id is DuckDbTypeId.HugeInt or DuckDbTypeId.UHugeInt;

    /// <summary>Has DuckDB keep an answer, beyond its memory on disk, and finds the columns that hold what int64 does not.</summary>
    /// <param name="connection">The session's.</param>
    /// <param name="source">The SELECT in brackets, with its limit.</param>
    /// <param name="fields">Its columns.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    /// <returns>What to read the answer from, its columns in their places; and for each column a value beyond int64, or null.</returns>
    internal static (string Source, string?[] Beyond) Keep(DuckDbConnection connection, string source, DuckDbField[] fields,
        CancellationToken cancellationToken)
    {
        connection.Execute($"CREATE TEMP TABLE {Answer} AS SELECT {string.Join(", ", fields.Select((_, i) => $"#{i + 1} AS c{i}"))} FROM "
            + $"{source}", cancellationToken: cancellationToken);
        int[] large = [.. Enumerable.Range(0, fields.Length).Where(i => Are(fields[i].Type))];
        string?[] beyond = new string?[fields.Length];
        using DuckDbResult found = connection.Query(
            $"SELECT {string.Join(", ", large.Select(i => $"any_value(c{i}) FILTER (TRY_CAST(c{i} AS BIGINT) IS NULL)::VARCHAR"))} FROM "
                + $"temp.{Answer}", cancellationToken: cancellationToken);
        if (found.TryNextChunk(out DuckDbChunk? chunk))
            for (int k = 0; k < large.Length; k++)
                beyond[large[k]] = chunk[k].IsValid(0) ? chunk[k].Text(0) : null;
        return ($"temp.{Answer}", beyond);
    }
}
