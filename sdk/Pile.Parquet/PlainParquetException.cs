namespace Pile.Parquet;

/// <summary>A file is not a Parquet file, is corrupt, or is not stored as plain arrays.</summary>
/// <param name="path">The file.</param>
/// <param name="finding">What was expected and what was found.</param>
/// <param name="inner">The exception of the system.</param>
internal sealed class PlainParquetException(string path, string finding, Exception? inner = null) : Exception($"{path}: {finding}", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>What was expected and what was found.</summary>
    public string Finding { get; } = finding;
}
