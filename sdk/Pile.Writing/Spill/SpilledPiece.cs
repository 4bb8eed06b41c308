using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>What the file of a lane states about a row's value of a heavy column.</summary>
/// <param name="StoredBytes">Its size in the file.</param>
/// <param name="Codec">Its codec; <see cref="PieceCodec.None"/> for the elements as they are.</param>
/// <param name="Crc32C">The CRC-32C of the stored bytes.</param>
/// <param name="Moments">The moments of the elements, if they are encoded and the dataset has statistics.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SpilledPiece(int StoredBytes, PieceCodec Codec, uint Crc32C, Moments Moments);
