using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Pile.Format;

/// <summary>Determines the media type of a file by its first bytes, whatever its name is.</summary>
/// <remarks>A type that several programs name differently has the name of IANA, otherwise that of libmagic. Text is
/// <c>text/plain</c> whatever its language is, because the first bytes do not show it.</remarks>
internal static class MediaTypes
{
    /// <summary>The number of first bytes that determine the type: the signature with the largest offset, that of HDF5 behind a user block
    /// of 512 bytes as in MATLAB files, ends there.</summary>
    internal const int HeadBytes = 520;

    private static readonly ImmutableArray<byte[]> Names = MakeNames();

    // Control characters that do not occur in text: all but BEL, BS, TAB, LF, VT, FF, CR and ESC.
    private static readonly SearchValues<byte> NotInText = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(c => c is not ((>= 7 and <= 13) or 27)).Select(c => (byte)c), 127]);

    /// <summary>Returns the name of a type as UTF-8.</summary>
    internal static ReadOnlySpan<byte> NameOf(MediaType type) => Names[(int)type];

    /// <summary>Returns the type of a file.</summary>
    /// <param name="head">The first <see cref="HeadBytes"/> bytes of the file, or all bytes of a shorter one.</param>
    /// <param name="isComplete">True if the head is the complete file.</param>
    internal static MediaType Of(ReadOnlySpan<byte> head, bool isComplete)
    {
        if (head.IsEmpty)
            return MediaType.Empty;
        foreach (Signature signature in Signature.ByFirstByte(head[0]))
            if (signature.Matches(head))
                return signature.Type is MediaType.Zip && IsNumpyArchive(head) ? MediaType.NumpyArchive : signature.Type;
        foreach (Signature signature in Signature.Elsewhere)
            if (signature.Matches(head))
                return signature.Type;
        return IsBitmap(head) ? MediaType.Bmp
            : IsText(head, isComplete) || IsOtherXml(head) ? TextType(head, isComplete)
            : WeakSignature.TypeOf(head);
    }

    /// <summary>Returns the type of an XML or HTML text by its root element, which may be behind the first bytes.</summary>
    /// <param name="type">The type by the first bytes.</param>
    /// <param name="text">The beginning of the file.</param>
    internal static MediaType OfRoot(MediaType type, ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> root = XmlProlog.RootOf(text.StartsWith("\uFEFF"u8) ? text[3..] : text);
        return root.SequenceEqual("svg"u8) ? MediaType.Svg
            : root.SequenceEqual("VOTABLE"u8) ? MediaType.VoTable
            : Ascii.EqualsIgnoreCase(root, "html"u8) ? MediaType.Html
            : type;
    }

    /// <summary>Returns true for XML in another encoding than UTF-8, which its declaration names.</summary>
    private static bool IsOtherXml(ReadOnlySpan<byte> head) => head.StartsWith("<?xml"u8) && !head.ContainsAny(NotInText);

    /// <summary>Returns true for bytes that may be text in another encoding than UTF-8: without control characters, or UTF-16 with a byte
    /// order mark.</summary>
    internal static bool MayBeText(ReadOnlySpan<byte> head) => head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] || !head.ContainsAny(NotInText);

    /// <summary>Returns true for UTF-8 without control characters. The last character may be cut.</summary>
    private static bool IsText(ReadOnlySpan<byte> head, bool isComplete)
    {
        if (head.ContainsAny(NotInText))
            return false;
        int valid = head.Length;
        if (!isComplete) // at most three bytes of a cut character
            for (int cut = 1; cut <= Math.Min(3, head.Length); cut++)
                if (head[^cut] >= 0xC0)
                {
                    valid = IsCut(head[^cut], cut) ? head.Length - cut : head.Length;
                    break;
                }
        return System.Text.Unicode.Utf8.IsValid(head[..valid]);
    }

    private static bool IsCut(byte first, int count) => count < (first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2);

    private static MediaType TextType(ReadOnlySpan<byte> text, bool isComplete)
    {
        if (text.StartsWith("\uFEFF"u8))
            text = text[3..];
        ReadOnlySpan<byte> trimmed = text.TrimStart(" \t\r\n"u8);
        if (trimmed.StartsWith((byte)'<'))
            return OfRoot(trimmed.StartsWith("<?xml"u8) ? MediaType.Xml : MediaType.Text, trimmed);
        return trimmed is [(byte)'{' or (byte)'[', ..] ? JsonPrefix.TypeOf(trimmed, isComplete) : MediaType.Text;
    }

    /// <summary>Returns true for a BMP: its signature of two bytes also begins texts, so that the header behind it is checked.</summary>
    private static bool IsBitmap(ReadOnlySpan<byte> head) => head.StartsWith("BM"u8) && head.Length >= 18
        && head[6..10].IndexOfAnyExcept((byte)0) < 0 && head[15] == 0 && head[16] == 0 && head[17] == 0
        && head[14] is 12 or 40 or 52 or 56 or 64 or 108 or 124;

    /// <summary>Returns true for a zip archive whose first member is an array of NumPy.</summary>
    private static bool IsNumpyArchive(ReadOnlySpan<byte> head)
    {
        if (head.Length < 30)
            return false;
        int length = head[26] | (head[27] << 8);
        return head.Length >= 30 + length && head.Slice(30, length).EndsWith(".npy"u8);
    }

    private static ImmutableArray<byte[]> MakeNames()
    {
        byte[][] names = new byte[Enum.GetValues<MediaType>().Length][];
        foreach (MediaType type in Enum.GetValues<MediaType>())
            names[(int)type] = Encoding.UTF8.GetBytes(TextOf(type));
        return [.. names];
    }

    /// <summary>Returns the name of a type.</summary>
    internal static string TextOf(MediaType type) => type switch
    {
        MediaType.Unknown => "",
        MediaType.Empty => "application/x-empty",
        MediaType.Binary => "application/octet-stream",
        MediaType.Text => "text/plain",
        MediaType.Jpeg => "image/jpeg",
        MediaType.Png => "image/png",
        MediaType.Gif => "image/gif",
        MediaType.Tiff => "image/tiff",
        MediaType.Webp => "image/webp",
        MediaType.Bmp => "image/bmp",
        MediaType.Jpeg2000 => "image/jp2",
        MediaType.Heic => "image/heic",
        MediaType.Avif => "image/avif",
        MediaType.Svg => "image/svg+xml",
        MediaType.Fits => "application/fits",
        MediaType.Hdf5 => "application/x-hdf5",
        MediaType.NetCdf => "application/x-netcdf",
        MediaType.Parquet => "application/vnd.apache.parquet",
        MediaType.Numpy => "application/x-npy",
        MediaType.NumpyArchive => "application/x-npz",
        MediaType.Sqlite => "application/vnd.sqlite3",
        MediaType.Pdf => "application/pdf",
        MediaType.Postscript => "application/postscript",
        MediaType.Xml => "text/xml",
        MediaType.VoTable => "application/x-votable+xml",
        MediaType.Html => "text/html",
        MediaType.Json => "application/json",
        MediaType.JsonLines => "application/x-ndjson",
        MediaType.Gzip => "application/gzip",
        MediaType.Zip => "application/zip",
        MediaType.Tar => "application/x-tar",
        MediaType.Zstandard => "application/zstd",
        MediaType.Bzip2 => "application/x-bzip2",
        MediaType.Xz => "application/x-xz",
        MediaType.Lz4 => "application/x-lz4",
        MediaType.Mp4 => "video/mp4",
        MediaType.QuickTime => "video/quicktime",
        MediaType.Avi => "video/x-msvideo",
        MediaType.Wave => "audio/x-wav",
        MediaType.Ogg => "application/ogg",
        MediaType.Flac => "audio/flac",
        MediaType.Mp3 => "audio/mpeg",
        MediaType.Matroska => "video/x-matroska",
        _ => throw new InvalidOperationException($"The media type {type} has no name."),
    };
}
