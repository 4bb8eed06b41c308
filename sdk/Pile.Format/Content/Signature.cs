using System.Collections.Immutable;

namespace Pile.Format;

/// <summary>Bytes at the beginning of all files of one type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Offset">The offset of the bytes.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="SecondOffset">The offset of further bytes, which must match, too.</param>
/// <param name="SecondBytes">The further bytes; empty for none.</param>
internal sealed record Signature(MediaType Type, int Offset, byte[] Bytes, int SecondOffset, byte[] SecondBytes)
{
    private static readonly ImmutableArray<Signature> All =
    [
        Of(MediaType.Jpeg, [0xFF, 0xD8, 0xFF]),
        Of(MediaType.Png, [0x89, .. "PNG\r\n\u001A\n"u8]),
        Of(MediaType.Gif, "GIF87a"u8),
        Of(MediaType.Gif, "GIF89a"u8),
        Of(MediaType.Tiff, [(byte)'I', (byte)'I', 42, 0]),
        Of(MediaType.Tiff, [(byte)'M', (byte)'M', 0, 42]),
        Of(MediaType.Tiff, [(byte)'I', (byte)'I', 43, 0]), // BigTIFF
        Of(MediaType.Tiff, [(byte)'M', (byte)'M', 0, 43]),
        Of(MediaType.Webp, "RIFF"u8, 8, "WEBP"u8),
        Of(MediaType.Avi, "RIFF"u8, 8, "AVI "u8),
        Of(MediaType.Wave, "RIFF"u8, 8, "WAVE"u8),
        Of(MediaType.Wave, "RF64"u8, 8, "WAVE"u8), // above 4 GiB
        Of(MediaType.Jpeg2000, [0, 0, 0, 12, .. "jP  \r\n"u8, 0x87, 0x0A]),
        Of(MediaType.Jpeg2000, [0xFF, 0x4F, 0xFF, 0x51]), // a codestream
        Of(MediaType.Fits, "SIMPLE  ="u8),
        Of(MediaType.Hdf5, [0x89, .. "HDF\r\n\u001A\n"u8]),
        Of(MediaType.NetCdf, [.. "CDF"u8, 1]),
        Of(MediaType.NetCdf, [.. "CDF"u8, 2]),
        Of(MediaType.NetCdf, [.. "CDF"u8, 5]),
        Of(MediaType.Parquet, "PAR1"u8),
        Of(MediaType.Numpy, [0x93, .. "NUMPY"u8]),
        Of(MediaType.Sqlite, [.. "SQLite format 3"u8, 0]),
        Of(MediaType.Pdf, "%PDF-"u8),
        Of(MediaType.Postscript, "%!PS"u8),
        Of(MediaType.Postscript, [0xC5, 0xD0, 0xD3, 0xC6]), // EPS with a preview
        Of(MediaType.Gzip, [0x1F, 0x8B]),
        Of(MediaType.Zip, [.. "PK"u8, 3, 4]),
        Of(MediaType.Zip, [.. "PK"u8, 5, 6]), // without members
        Of(MediaType.Zstandard, [0x28, 0xB5, 0x2F, 0xFD]),
        Of(MediaType.Bzip2, "BZh"u8, 4, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]),
        Of(MediaType.Xz, [0xFD, .. "7zXZ"u8, 0]),
        Of(MediaType.Lz4, [0x04, 0x22, 0x4D, 0x18]),
        Of(MediaType.Ogg, [.. "OggS"u8, 0]),
        Of(MediaType.Flac, "fLaC"u8),
        Of(MediaType.Mp3, "ID3"u8),
        Of(MediaType.Matroska, [0x1A, 0x45, 0xDF, 0xA3]),
        At(MediaType.Hdf5, 512, [0x89, .. "HDF\r\n\u001A\n"u8]),
        At(MediaType.Tar, 257, "ustar"u8),
        .. Brand(MediaType.Heic, "heic", "heix", "hevc", "mif1", "msf1"),
        .. Brand(MediaType.Avif, "avif", "avis"),
        .. Brand(MediaType.QuickTime, "qt  "),
        .. Brand(MediaType.Mp4, "isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "dash", "MSNV"),
    ];

    private static readonly ImmutableArray<Signature>[] ByByte = [.. Enumerable.Range(0, 256)
        .Select(first => All.Where(s => s.Offset == 0 && s.Bytes[0] == first).ToImmutableArray())];

    /// <summary>The signatures at other offsets than 0.</summary>
    internal static ImmutableArray<Signature> Elsewhere { get; } = [.. All.Where(s => s.Offset > 0)];

    /// <summary>Returns the signatures at offset 0 that begin with a byte.</summary>
    internal static ImmutableArray<Signature> ByFirstByte(byte first) => ByByte[first];

    /// <summary>Returns true if a file has the signature.</summary>
    internal bool Matches(ReadOnlySpan<byte> head) => head.Length >= Offset && head[Offset..].StartsWith(Bytes)
        && (SecondBytes.Length == 0 || (head.Length >= SecondOffset && head[SecondOffset..].StartsWith(SecondBytes)));

    private static Signature Of(MediaType type, ReadOnlySpan<byte> bytes) => new(type, 0, bytes.ToArray(), 0, []);

    private static Signature Of(MediaType type, ReadOnlySpan<byte> bytes, int offset, ReadOnlySpan<byte> second) =>
        new(type, 0, bytes.ToArray(), offset, second.ToArray());

    private static Signature At(MediaType type, int offset, ReadOnlySpan<byte> bytes) => new(type, offset, bytes.ToArray(), 0, []);

    /// <summary>Returns the signatures of files of ISO/IEC 14496-12: <c>ftyp</c> and the major brand.</summary>
    private static IEnumerable<Signature> Brand(MediaType type, params string[] brands) =>
        brands.Select(brand => At(type, 4, [.. "ftyp"u8, .. System.Text.Encoding.ASCII.GetBytes(brand)]));
}
