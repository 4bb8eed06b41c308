using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>Ragged columns of bytes, such as documents, whose rows are encoded without the zeros that pad them to the longest row of their
/// shard, which is not known before all rows are sorted. The zeros are added to the encoded rows.</summary>
internal static class OpenPieces
{
    /// <summary>Returns whether the rows of a column are encoded like this.</summary>
    /// <param name="column">The column.</param>
    /// <param name="codec">Its codec.</param>
    internal static bool Has(ColumnSchema column, PieceCodec codec) =>
        column is { DType: DType.UInt8, Shape: [ColumnSchema.Ragged], Padding: { IsEdge: false, Value: 0 } }
            && codec is PieceCodec.Deflate or PieceCodec.ShuffleDeflate; // shuffling does not change bytes
}
