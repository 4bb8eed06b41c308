using Pile.Format;

namespace Pile.Reading;

/// <summary>The location of some bytes of a row in a shard, or in a file outside the dataset.</summary>
/// <param name="OffsetBytes">The offset of the first byte.</param>
/// <param name="StoredBytes">The number of bytes.</param>
/// <param name="Crc32C">Their CRC-32C.</param>
/// <param name="Codec">Their codec.</param>
/// <param name="IsUnverified">True if the index has no CRC-32C, as for files outside the dataset that were not read.</param>
internal readonly record struct Piece(long OffsetBytes, int StoredBytes, uint Crc32C, PieceCodec Codec, bool IsUnverified = false);
