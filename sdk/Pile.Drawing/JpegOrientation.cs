using System.Buffers.Binary;

namespace Pile.Drawing;

/// <summary>The orientation of a camera in JPEG files, for renderers that apply it whatever the drawing says.</summary>
internal static class JpegOrientation
{
    private const string DataUri = "data:image/jpeg;base64,";
    private const byte Marker = 0xFF, ApplicationOne = 0xE1, StartOfScan = 0xDA;

    private static ReadOnlySpan<byte> Exif => "Exif\0\0"u8;

    /// <summary>Returns an address without the EXIF segments of the JPEG file in it, or the address itself if it contains none.</summary>
    internal static string RemoveFrom(string address) => address.StartsWith(DataUri, StringComparison.Ordinal)
        ? DataUri + Convert.ToBase64String(RemoveFrom(Convert.FromBase64String(address[DataUri.Length..]))) : address;

    /// <summary>Returns a JPEG file without its EXIF segments. Pixels remain as they are stored.</summary>
    internal static byte[] RemoveFrom(ReadOnlySpan<byte> file)
    {
        using MemoryStream kept = new(file.Length);
        int from = 0, next = 2; // behind the start of the image
        while (next + 4 <= file.Length && file[next] == Marker && file[next + 1] != StartOfScan)
        {
            // Any number of fill bytes may precede a marker (ISO/IEC 10918-1, B.1.1.2).
            int end = file[next + 1] == Marker ? next + 1 : next + 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(next + 2)..]);
            if (end > file.Length)
                break;
            if (file[next + 1] == ApplicationOne && file[(next + 4)..end].StartsWith(Exif))
            {
                kept.Write(file[from..next]);
                from = end;
            }
            next = end;
        }
        kept.Write(file[from..]);
        return kept.ToArray();
    }
}
