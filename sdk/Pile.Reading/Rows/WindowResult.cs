namespace Pile.Reading;

/// <summary>What became of reading a part of a row.</summary>
/// <param name="Elements">Elements written; -1 when the row has no value.</param>
/// <param name="IsVerified">True when every byte was compared with its CRC-32C. A part of a piece that is stored as it is cannot be: only
/// whole pieces have a checksum.</param>
public readonly record struct WindowResult(int Elements, bool IsVerified);
