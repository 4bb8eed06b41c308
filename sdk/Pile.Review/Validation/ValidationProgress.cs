namespace Pile.Review;

/// <summary>How far a validation is.</summary>
/// <param name="FilesDone">Files checked.</param>
/// <param name="Files">Files to check: the tiles of the index, and in a deep validation every file.</param>
/// <param name="BytesDone">Their bytes.</param>
/// <param name="Bytes">Bytes of all of them.</param>
public readonly record struct ValidationProgress(long FilesDone, long Files, long BytesDone, long Bytes);
