using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Pile.Hdf5.Native;

/// <summary>Texts out of a buffer that the library filled.</summary>
internal static unsafe class Hdf5Text
{
    /// <summary>The text of element i in a buffer of fixed-width texts or of pointers.</summary>
    /// <exception cref="Hdf5Exception">The bytes are not UTF-8.</exception>
    internal static ReadOnlySpan<byte> At(ReadOnlySpan<byte> buffer, int i, Hdf5ElementType type, Hdf5Place place)
    {
        ReadOnlySpan<byte> text = type.Text!.IsVariable
            ? MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)MemoryMarshal.Cast<byte, nint>(buffer)[i])
            : Trimmed(buffer.Slice(i * type.StoredBytes, type.StoredBytes), type.Text.Padding);
        return Utf8.IsValid(text) ? text : throw place.Found($"text {i} is not UTF-8: {Convert.ToHexString(text[..Math.Min(text.Length, 32)])}");
    }

    /// <summary>All of a buffer's texts.</summary>
    internal static string[] All(ReadOnlySpan<byte> buffer, int count, Hdf5ElementType type, Hdf5Place place)
    {
        string[] texts = new string[count];
        for (int i = 0; i < count; i++)
            texts[i] = Encoding.UTF8.GetString(At(buffer, i, type, place));
        return texts;
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> text, int padding) => padding switch
    {
        Hdf5Native.NullTerminated => text.IndexOf((byte)0) is >= 0 and int end ? text[..end] : text,
        Hdf5Native.SpacePadded => text.TrimEnd((byte)' '),
        _ => text.TrimEnd((byte)0),
    };
}
