namespace Pile.Format;

/// <summary>The bits that are added to the codec of a piece in a file outside the dataset.</summary>
internal static class PieceCodecs
{
    /// <summary>The stored bytes end with a Fletcher-32 checksum of the other bytes (HDF5's filter 3, applied last).</summary>
    internal const int Fletcher32 = 8;

    /// <summary>The elements are big-endian.</summary>
    internal const int BigEndian = 16;

    private const int Known = 7 | Fletcher32 | BigEndian;

    /// <summary>Returns the codec without the added bits.</summary>
    internal static PieceCodec Base(PieceCodec codec) => (PieceCodec)((int)codec & 7);

    /// <summary>Returns whether a bit is added.</summary>
    internal static bool Has(PieceCodec codec, int bit) => ((int)codec & bit) != 0;

    /// <summary>Returns whether a reader knows the codec and the added bits.</summary>
    internal static bool IsKnown(PieceCodec codec) => ((int)codec & ~Known) == 0 && Base(codec) <= PieceCodec.ShuffleLzf;
}
