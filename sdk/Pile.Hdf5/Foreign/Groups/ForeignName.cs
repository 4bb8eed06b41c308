using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Pile.Hdf5;

/// <summary>Converts names and texts, which other programs do not always store as UTF-8.</summary>
internal static class ForeignName
{
    private const int FirstEscape = 0xDC00;

    /// <summary>Converts bytes to a text; each byte that is not valid UTF-8 becomes a lone surrogate, as in Python and h5py.</summary>
    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        StringBuilder text = new(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) is OperationStatus.Done)
                text.Append(rune.ToString());
            else
            {
                used = 1;
                text.Append((char)(FirstEscape + bytes[0]));
            }
            bytes = bytes[used..];
        }
        return text.ToString();
    }

    /// <summary>Returns a decoded name as valid Unicode: bytes that are not UTF-8 are percent-encoded.</summary>
    internal static string Legible(string name)
    {
        StringBuilder text = new(name.Length);
        for (int i = 0; i < name.Length; i++)
            if (i + 1 < name.Length && char.IsSurrogatePair(name[i], name[i + 1]))
                text.Append(name, i++, 2);
            else if (char.IsSurrogate(name[i]))
                text.Append(CultureInfo.InvariantCulture, $"%{name[i] - FirstEscape:X2}");
            else
                text.Append(name[i]);
        return text.ToString();
    }

    /// <summary>Checks and converts the name of a link.</summary>
    /// <exception cref="Hdf5Exception">The name is empty, has a NUL or a slash, or is the name of the group itself.</exception>
    internal static string OfLink(ReadOnlySpan<byte> bytes, in StructureReader reader) =>
        bytes.IsEmpty || bytes.ContainsAny((byte)0, (byte)'/') || bytes.SequenceEqual("."u8)
            ? throw reader.Invalid($"expected a name without NUL and slash, found the {bytes.Length} bytes "
                + $"{Convert.ToHexString(bytes[..Math.Min(bytes.Length, 32)])}")
            : Decode(bytes);
}
