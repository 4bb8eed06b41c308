using Pile.Format;

namespace Pile.Reading;

/// <summary>Where some bytes of a row lie in its shard.</summary>
/// <param name="OffsetBytes">The first byte.</param>
/// <param name="StoredBytes">How many.</param>
/// <param name="Crc32C">Their CRC-32C.</param>
/// <param name="Codec">How they are stored.</param>
internal readonly record struct Piece(long OffsetBytes, int StoredBytes, uint Crc32C, PieceCodec Codec);
