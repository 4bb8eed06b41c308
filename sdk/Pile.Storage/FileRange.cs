namespace Pile.Storage;

/// <summary>A range of bytes in a file, and the memory to read it into.</summary>
/// <param name="OffsetBytes">The offset of the first byte.</param>
/// <param name="Destination">Receives the bytes; its length is the length of the range.</param>
internal readonly record struct FileRange(long OffsetBytes, Memory<byte> Destination);
