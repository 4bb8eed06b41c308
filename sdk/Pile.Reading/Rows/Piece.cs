using Pile.Format;

namespace Pile.Reading;

/// <summary>The location of some bytes of a row in its shard.</summary>
/// <param name="OffsetBytes">The offset of the first byte.</param>
/// <param name="StoredBytes">The number of bytes.</param>
/// <param name="Crc32C">Their CRC-32C.</param>
/// <param name="Codec">Their codec.</param>
internal readonly record struct Piece(long OffsetBytes, int StoredBytes, uint Crc32C, PieceCodec Codec);
