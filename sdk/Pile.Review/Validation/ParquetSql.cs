using Pile.DuckDb;

namespace Pile.Review;

/// <summary>Parquet files in SQL: folder names are no columns, whatever they look like.</summary>
internal static class ParquetSql
{
    internal const string RowNumber = "_pile_row_number", FileName = "_pile_filename";

    private static readonly string[] OwnNames = ["file_row_number", "filename"];

    /// <summary>The rows of a file, in its order.</summary>
    internal static string Read(string path) => $"read_parquet({DuckDbSql.Literal(path)}, hive_partitioning = false)";

    /// <summary>True if a column of the dataset has a name under which DuckDB returns the number or the file of a row.</summary>
    internal static bool HidesRowNumbers(DatasetUnderReview dataset) =>
        dataset.Light.Any(c => OwnNames.Contains(c.SqlName, StringComparer.OrdinalIgnoreCase));

    /// <summary>The rows of a file, with their numbers as <see cref="RowNumber"/>.</summary>
    internal static string ReadNumbered(DatasetUnderReview dataset, string path) => HidesRowNumbers(dataset)
        ? $"(SELECT *, row_number() OVER () - 1 AS {RowNumber} FROM {Read(path)})"
        : $"(SELECT *, file_row_number AS {RowNumber} FROM read_parquet({DuckDbSql.Literal(path)}, hive_partitioning = false, "
            + "file_row_number = true))";

    /// <summary>The rows of several files, with their path and number as <see cref="FileName"/> and <see cref="RowNumber"/>.</summary>
    internal static string ReadAllNumbered(DatasetUnderReview dataset, ReadOnlySpan<string> paths)
    {
        if (!HidesRowNumbers(dataset))
            return $"(SELECT *, filename AS {FileName}, file_row_number AS {RowNumber} FROM "
                + $"read_parquet({DuckDbSql.LiteralList(paths)}, hive_partitioning = false, file_row_number = true, filename = true))";
        string[] each = new string[paths.Length];
        for (int i = 0; i < each.Length; i++)
            each[i] = $"SELECT *, {DuckDbSql.Literal(paths[i])} AS {FileName} FROM {ReadNumbered(dataset, paths[i])}";
        return $"({string.Join(" UNION ALL BY NAME ", each)})";
    }

    /// <summary>The rows of several files.</summary>
    internal static string ReadAll(ReadOnlySpan<string> paths) =>
        $"read_parquet({DuckDbSql.LiteralList(paths)}, hive_partitioning = false)";

    /// <summary>The first line of what DuckDB said.</summary>
    internal static string FirstLine(this DuckDbException e) => e.Error.TrimEnd().Split('\n')[0];
}
