namespace Pile.Reading;

/// <summary>One line of <c>files.parquet</c>.</summary>
/// <param name="Path">The path within the dataset, checked to stay there; of a source its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Source">The number of a shard; -1 for others.</param>
/// <param name="Rows">Its rows; -1 for files without.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal.</param>
internal sealed record DatasetFile(string Path, DatasetFileKind Kind, int Source, long Rows, long Bytes, string Sha256);
