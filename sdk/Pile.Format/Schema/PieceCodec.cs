namespace Pile.Format;

/// <summary>The codec of a stored piece; the numbers are stored in the index (<c>_pile_&lt;column&gt;_codec</c>).</summary>
public enum PieceCodec : byte
{
    /// <summary>Uncompressed, little-endian.</summary>
    None = 0,

    /// <summary>HDF5's shuffle filter, then deflate in a zlib stream.</summary>
    ShuffleDeflate = 1,

    /// <summary>Deflate without shuffle, as in HDF5 files that are adopted in place.</summary>
    Deflate = 2,

    /// <summary>HDF5's shuffle filter without deflate, as in HDF5 files that are adopted in place.</summary>
    Shuffle = 3,

    /// <summary>HDF5's filter LZF, as in HDF5 files that are adopted in place.</summary>
    Lzf = 4,

    /// <summary>HDF5's shuffle filter, then LZF, as in HDF5 files that are adopted in place.</summary>
    ShuffleLzf = 5,
}
