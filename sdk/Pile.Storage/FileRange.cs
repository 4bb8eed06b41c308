namespace Pile.Storage;

/// <summary>A part of a file, and where its bytes go.</summary>
/// <param name="OffsetBytes">Where it begins.</param>
/// <param name="Destination">Receives the bytes; its length is the part's.</param>
internal readonly record struct FileRange(long OffsetBytes, Memory<byte> Destination);
