namespace Pile.Format;

/// <summary>How the bytes of one piece are stored; the numbers stand in the index (<c>_pile_&lt;column&gt;_codec</c>).</summary>
public enum PieceCodec : byte
{
    /// <summary>As they are, little-endian.</summary>
    None = 0,

    /// <summary>HDF5's shuffle filter, then deflate in a zlib stream.</summary>
    ShuffleDeflate = 1,

    /// <summary>Deflate alone, as in files adopted in place.</summary>
    Deflate = 2,

    /// <summary>HDF5's shuffle filter alone, as in files adopted in place.</summary>
    Shuffle = 3,
}
