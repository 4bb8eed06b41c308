namespace Pile.Reading;

/// <summary>The result of reading a window of a row.</summary>
/// <param name="Elements">The number of elements written; -1 if the row has no value.</param>
/// <param name="IsVerified">True if every byte was verified by its CRC-32C. False if only a part of an uncompressed piece was read, because
/// checksums cover complete pieces.</param>
public readonly record struct WindowResult(int Elements, bool IsVerified);
