namespace Pile.Rasters;

/// <summary>The compression of blocks.</summary>
internal enum RasterCodec
{
    /// <summary>None.</summary>
    None,

    /// <summary>PackBits: runs of bytes (TIFF 6.0, section 9).</summary>
    PackBits,

    /// <summary>LZW, most significant bit first (TIFF 6.0, section 13).</summary>
    Lzw,

    /// <summary>The zlib format (TIFF Technical Note 2; also the older number 32946).</summary>
    Deflate,

    /// <summary>Zstandard frames (RFC 8878).</summary>
    Zstd,

    /// <summary>LZF, HDF5's filter 32000.</summary>
    Lzf,
}
