namespace Pile.Review;

/// <summary>The progress of a validation.</summary>
/// <param name="FilesDone">The number of files checked.</param>
/// <param name="Files">The number of files to check: the tiles of the index, and in a deep validation every file.</param>
/// <param name="BytesDone">The size of the files checked.</param>
/// <param name="Bytes">The size of all files to check.</param>
public readonly record struct ValidationProgress(long FilesDone, long Files, long BytesDone, long Bytes);
