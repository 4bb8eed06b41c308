using Pile.DuckDb;

namespace Pile.Review;

/// <summary>SQL that reads Parquet files without interpreting folder names as columns.</summary>
internal static class ParquetSql
{
    internal const string RowNumber = "_pile_row_number", FileName = "_pile_filename";

    private static readonly string[] OwnNames = ["file_row_number", "filename"];

    /// <summary>Returns SQL of the rows of a file, in its order.</summary>
    internal static string Read(string path) => $"read_parquet({DuckDbSql.Literal(path)}, hive_partitioning = false)";

    /// <summary>Returns whether a column of the dataset has the name of one of DuckDB's virtual columns for the number or the file of a
    /// row.</summary>
    internal static bool HidesRowNumbers(DatasetUnderReview dataset) =>
        dataset.Light.Any(c => OwnNames.Contains(c.SqlName, StringComparer.OrdinalIgnoreCase));

    /// <summary>Returns SQL of the rows of a file, with their numbers as <see cref="RowNumber"/>.</summary>
    internal static string ReadNumbered(DatasetUnderReview dataset, string path) => HidesRowNumbers(dataset)
        ? $"(SELECT *, row_number() OVER () - 1 AS {RowNumber} FROM {Read(path)})"
        : $"(SELECT *, file_row_number AS {RowNumber} FROM read_parquet({DuckDbSql.Literal(path)}, hive_partitioning = false, "
            + "file_row_number = true))";

    /// <summary>Returns SQL of the rows of several files, with path and number as <see cref="FileName"/> and
    /// <see cref="RowNumber"/>.</summary>
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

    /// <summary>Returns SQL of the rows of several files.</summary>
    internal static string ReadAll(ReadOnlySpan<string> paths) =>
        $"read_parquet({DuckDbSql.LiteralList(paths)}, hive_partitioning = false)";

    /// <summary>Returns the first line of DuckDB's message.</summary>
    internal static string FirstLine(this DuckDbException e) => DuckDbException.WithoutKind(e.Error.TrimEnd().Split('\n')[0]);
}
