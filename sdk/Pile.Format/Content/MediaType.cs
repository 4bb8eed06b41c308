namespace Pile.Format;

/// <summary>The kind of content of a file; <see cref="MediaTypes.NameOf"/> returns its name.</summary>
internal enum MediaType : byte
{
    /// <summary>The content was not read.</summary>
    Unknown,

    /// <summary>No bytes.</summary>
    Empty,

    /// <summary>Bytes that are neither text nor of a kind below.</summary>
    Binary,

    /// <summary>UTF-8 without control characters, of no kind below.</summary>
    Text,

    Jpeg, Png, Gif, Tiff, Webp, Bmp, Jpeg2000, Heic, Avif, Svg,
    Fits, Hdf5, NetCdf, Parquet, Numpy, NumpyArchive, Sqlite,
    Pdf, Postscript, Xml, VoTable, Html, Json, JsonLines,
    Gzip, Zip, Tar, Zstandard, Bzip2, Xz, Lz4,
    Mp4, QuickTime, Avi, Wave, Ogg, Flac, Mp3, Matroska,
}
