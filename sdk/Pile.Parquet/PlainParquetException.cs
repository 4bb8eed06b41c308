namespace Pile.Parquet;

/// <summary>A file is no Parquet file, is damaged, or is not laid out as plain arrays.</summary>
/// <param name="path">The file.</param>
/// <param name="finding">Expected and found.</param>
/// <param name="inner">What the system said.</param>
internal sealed class PlainParquetException(string path, string finding, Exception? inner = null) : Exception($"{path}: {finding}", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Expected and found.</summary>
    public string Finding { get; } = finding;
}
