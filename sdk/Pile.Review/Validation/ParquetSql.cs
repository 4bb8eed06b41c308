using Pile.DuckDb;

namespace Pile.Review.Validation;

/// <summary>Parquet files in SQL: folder names are no columns, whatever they look like.</summary>
internal static class ParquetSql
{
    internal const string RowNumber = "file_row_number";

    /// <summary>The rows of a file, in its order.</summary>
    internal static string Read(string path) => $"read_parquet({DuckDbSql.Literal(path)}, hive_partitioning = false)";

    /// <summary>The rows of a file, with their numbers as <see cref="RowNumber"/>.</summary>
    internal static string ReadNumbered(string path) => $"read_parquet({DuckDbSql.Literal(path)}, hive_partitioning = false, file_row_number = true)";

    /// <summary>The rows of several files, with their path and number as <c>filename</c> and <see cref="RowNumber"/>.</summary>
    internal static string ReadAllNumbered(ReadOnlySpan<string> paths) => $"read_parquet({DuckDbSql.LiteralList(paths)}, hive_partitioning = false, file_row_number = true, filename = true)";

    /// <summary>The rows of several files.</summary>
    internal static string ReadAll(ReadOnlySpan<string> paths) => $"read_parquet({DuckDbSql.LiteralList(paths)}, hive_partitioning = false)";

    /// <summary>The first line of what DuckDB said.</summary>
    internal static string FirstLine(this DuckDbException e) => e.Error.TrimEnd().Split('\n')[0];
}
