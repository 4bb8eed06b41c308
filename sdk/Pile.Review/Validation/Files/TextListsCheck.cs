using Pile.DuckDb;
using Pile.Format;

namespace Pile.Review;

/// <summary>F009: <c>skipped.csv</c> and <c>origins.csv</c> are CSV with the columns of SCHEMA.md, and their values are possible.</summary>
internal static class TextListsCheck
{
    internal static void Check(DatasetUnderReview dataset, CancellationToken cancellationToken)
    {
        Check(dataset, DatasetPaths.Skipped, ["file", "row", "reason"],
            "file IS NULL OR reason IS NULL OR (row IS NOT NULL AND (row NOT SIMILAR TO '[0-9]+' OR TRY_CAST(row AS BIGINT) IS NULL))",
            "a file, a row from 0 or none, and a reason", cancellationToken);
        Check(dataset, DatasetPaths.Origins, ["file", "url"], "file IS NULL OR url IS NULL", "a file and its address", cancellationToken);
    }

    /// <param name="dataset">The dataset.</param>
    /// <param name="path">The list, which a dataset may lack.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="isWrong">SQL that is true for a line with a wrong value. Empty fields are null.</param>
    /// <param name="expected">What a line has.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    private static void Check(DatasetUnderReview dataset, string path, string[] columns, string isWrong, string expected,
        CancellationToken cancellationToken)
    {
        if (dataset.Files.FirstOrDefault(f => f.Path == path) is not { } file || !dataset.IsComplete(file))
            return;
        try
        {
            dataset.Databases.Use(connection => Check(connection));
        }
        catch (DuckDbException e)
        {
            Wrong($"expected CSV in UTF-8 with {columns.Length} fields in each line, found: {e.FirstLine()}", null);
        }

        void Check(DuckDbConnection connection)
        {
            string types = string.Join(", ", columns.Select(c => $"{DuckDbSql.Identifier(c)}: 'VARCHAR'"));
            string header = string.Join(" AND ", columns.Select(c => $"{DuckDbSql.Identifier(c)} = {DuckDbSql.Literal(c)}"));
            using DuckDbResult result = connection.Query(
                $"SELECT count(*)::BIGINT, coalesce(bool_or(line = 0 AND {header}), false), "
                + $"coalesce(min(CASE WHEN line > 0 AND ({isWrong}) THEN line END), 0)::BIGINT FROM "
                + $"(SELECT *, row_number() OVER () - 1 AS line FROM read_csv({DuckDbSql.Literal(dataset.FullPath(path))}, "
                + $"auto_detect = false, columns = {{{types}}}, header = false, delim = ',', quote = '\"', escape = '\"', "
                + "parallel = false))",
                cancellationToken: cancellationToken);
            if (!result.TryNextChunk(out DuckDbChunk? chunk) || !chunk[1].Value<bool>(0))
                Wrong($"expected the first line '{string.Join(',', columns)}', found another", null);
            else if (chunk[0].Value<long>(0) == 1)
                Wrong("expected at least one line after the first, or no file; found none", null);
            else if (chunk[2].Value<long>(0) is > 0 and var line)
                Wrong($"expected {expected}, found another line", line - 1);
        }

        void Wrong(string message, long? row) => dataset.Log.Error(FindingCodes.TextListInvalid, path, message, row);
    }
}
