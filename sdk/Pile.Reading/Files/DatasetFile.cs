namespace Pile.Reading;

/// <summary>One row of <c>files.parquet</c>.</summary>
/// <param name="Path">The path within the dataset, checked not to leave it; for a source its name.</param>
/// <param name="Kind">The kind of file.</param>
/// <param name="Source">The number of a shard; -1 for others.</param>
/// <param name="Rows">The number of rows; -1 for files without rows.</param>
/// <param name="Bytes">The size of the file.</param>
/// <param name="Sha256">The SHA-256 in lower-case hexadecimal.</param>
internal sealed record DatasetFile(string Path, DatasetFileKind Kind, int Source, long Rows, long Bytes, string Sha256);
