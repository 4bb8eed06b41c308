using System.Buffers.Binary;
using System.Text;

namespace Pile.Publishing;

/// <summary>The tags of one directory of a little-endian TIFF file (TIFF 6.0, section 2).</summary>
internal sealed class TifTags
{
    private const ushort Ascii = 2, Short = 3, Long = 4, Double = 12;
    private const int EntryBytes = 12, InlineBytes = 4;

    /// <summary>The size of the file's header, which precedes the first directory.</summary>
    internal const int HeaderBytes = 8;

    private readonly SortedDictionary<ushort, (ushort Type, int Count, byte[] Bytes)> entries = [];

    /// <summary>Adds numbers of 16 bits.</summary>
    internal void Shorts(ushort tag, params ReadOnlySpan<ushort> values)
    {
        byte[] bytes = new byte[values.Length * sizeof(ushort)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)), values[i]);
        entries[tag] = (Short, values.Length, bytes);
    }

    /// <summary>Adds numbers of 32 bits.</summary>
    internal void Longs(ushort tag, params ReadOnlySpan<uint> values)
    {
        byte[] bytes = new byte[values.Length * sizeof(uint)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), values[i]);
        entries[tag] = (Long, values.Length, bytes);
    }

    /// <summary>Adds float64 numbers.</summary>
    internal void Doubles(ushort tag, params ReadOnlySpan<double> values)
    {
        byte[] bytes = new byte[values.Length * sizeof(double)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), values[i]);
        entries[tag] = (Double, values.Length, bytes);
    }

    /// <summary>Adds text, which ends with a zero byte.</summary>
    internal void Text(ushort tag, string text)
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(text), 0];
        entries[tag] = (Ascii, bytes.Length, bytes);
    }

    /// <summary>The size of the directory and the values of its tags.</summary>
    internal int Bytes => DirectoryBytes + entries.Values.Sum(e => Spilled(e.Bytes));

    /// <summary>Returns the begin of a file: header, directories, and values of tags. Pixels follow it.</summary>
    internal static byte[] ToArray(params ReadOnlySpan<TifTags> directories)
    {
        int bytes = HeaderBytes, at = HeaderBytes;
        foreach (TifTags tags in directories)
            bytes += tags.Bytes;
        byte[] file = new byte[bytes];
        Span<byte> all = file;
        "II"u8.CopyTo(all);
        BinaryPrimitives.WriteUInt16LittleEndian(all[2..], 42);
        BinaryPrimitives.WriteUInt32LittleEndian(all[4..], HeaderBytes);
        foreach (TifTags tags in directories)
        {
            tags.Write(all, at);
            at += tags.Bytes;
        }
        return file;
    }

    private void Write(Span<byte> all, int start)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(all[start..], (ushort)entries.Count);
        int at = start + sizeof(ushort), next = start + DirectoryBytes;
        foreach ((ushort tag, (ushort type, int count, byte[] bytes)) in entries)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(all[at..], tag);
            BinaryPrimitives.WriteUInt16LittleEndian(all[(at + 2)..], type);
            BinaryPrimitives.WriteUInt32LittleEndian(all[(at + 4)..], (uint)count);
            if (bytes.Length <= InlineBytes)
                bytes.CopyTo(all[(at + 8)..]);
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(all[(at + 8)..], (uint)next);
                bytes.CopyTo(all[next..]);
                next += Spilled(bytes);
            }
            at += EntryBytes;
        }
        BinaryPrimitives.WriteUInt32LittleEndian(all[at..], next < all.Length ? (uint)next : 0); // the next directory
    }

    // Values begin at even offsets.
    private int DirectoryBytes => sizeof(ushort) + (entries.Count * EntryBytes) + sizeof(uint);

    private static int Spilled(byte[] bytes) => bytes.Length <= InlineBytes ? 0 : bytes.Length + (bytes.Length & 1);
}
