using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Pile.Rasters.Tests;

/// <summary>Writes TIFF files byte by byte, valid or not.</summary>
internal sealed class TiffBuilder(bool isBig = false)
{
    private readonly List<(ushort Tag, ushort Type, ulong Count, byte[] Value)> entries = [];

    /// <summary>The offset of the next directory.</summary>
    internal ulong Next { get; set; }

    /// <summary>Blocks, appended to the end of the file.</summary>
    internal List<byte[]> Blocks { get; } = [];

    /// <summary>An image of uint8 tiles; one tile of deflated zeros unless another is given.</summary>
    internal static TiffBuilder Image(ulong width, ulong height, ulong tile = 16, bool isBig = false, int codec = 8, byte[]? block = null)
    {
        TiffBuilder builder = new TiffBuilder(isBig).Set(256, width).Set(257, height).Set(258, 8).Set(259, (ulong)codec).Set(262, 1)
            .Set(277, 1).Set(322, tile).Set(323, tile);
        builder.Blocks.Add(block ?? Deflated(new byte[256]));
        return builder;
    }

    internal static byte[] Deflated(byte[] raw)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionLevel.SmallestSize))
            zlib.Write(raw);
        return stream.ToArray();
    }

    /// <summary>Sets a tag with one integer.</summary>
    internal TiffBuilder Set(int tag, ulong value) => Set(tag, isBig ? 16 : 4, 1, isBig ? Bytes(value) : Bytes((uint)value));

    /// <summary>Sets a tag with a text.</summary>
    internal TiffBuilder Text(int tag, string text) => Set(tag, 2, (ulong)text.Length + 1, [.. Encoding.UTF8.GetBytes(text), 0]);

    /// <summary>Sets a tag with integers of 16 bits.</summary>
    internal TiffBuilder Shorts(int tag, params ushort[] values) =>
        Set(tag, 3, (ulong)values.Length, [.. values.SelectMany(value => new[] { (byte)value, (byte)(value >> 8) })]);

    /// <summary>Sets a tag with float64 values.</summary>
    internal TiffBuilder Doubles(int tag, params double[] values) =>
        Set(tag, 12, (ulong)values.Length, [.. values.SelectMany(BitConverter.GetBytes)]);

    /// <summary>Sets a tag with any count, which need not be that of the value. A value longer than a pointer is written after the
    /// directory.</summary>
    internal TiffBuilder Set(int tag, int type, ulong count, byte[] value)
    {
        entries.RemoveAll(entry => entry.Tag == tag);
        entries.Add(((ushort)tag, (ushort)type, count, value));
        return this;
    }

    internal TiffBuilder Without(int tag)
    {
        entries.RemoveAll(entry => entry.Tag == tag);
        return this;
    }

    /// <summary>Writes the file. Offsets and sizes of the blocks are added unless the tags are set.</summary>
    internal byte[] Build(ulong? count = null)
    {
        int pointer = isBig ? 8 : 4, start = isBig ? 16 : 8, entryBytes = isBig ? 20 : 12;
        if (entries.All(entry => entry.Tag is not 324))
            Set(324, isBig ? 16 : 4, (ulong)Blocks.Count, new byte[Blocks.Count * pointer]);
        if (entries.All(entry => entry.Tag is not 325))
            Set(325, isBig ? 16 : 4, (ulong)Blocks.Count, [.. Blocks.SelectMany(block => Pointer((ulong)block.Length))]);
        int directoryBytes = (isBig ? 8 : 2) + (entries.Count * entryBytes) + pointer;
        ulong end = (ulong)(start + directoryBytes);
        ulong blocksAt = end + (ulong)entries.Where(entry => entry.Value.Length > pointer).Sum(entry => entry.Value.Length);
        if (entries.Single(entry => entry.Tag is 324) is { Value: var offsets } && offsets.All(b => b is 0))
        {
            ulong at = blocksAt;
            Set(324, isBig ? 16 : 4, (ulong)Blocks.Count, [.. Blocks.SelectMany(block =>
            {
                at += (ulong)block.Length;
                return Pointer(at - (ulong)block.Length);
            })]);
        }
        List<byte> file = [.. "II"u8, (byte)(isBig ? 43 : 42), 0];
        file.AddRange(isBig ? [8, 0, 0, 0, .. Bytes(16UL)] : Bytes(8u));
        ulong entryCount = count ?? (ulong)entries.Count;
        file.AddRange(isBig ? Bytes(entryCount) : [(byte)entryCount, (byte)(entryCount >> 8)]);
        List<byte> values = [];
        foreach ((ushort tag, ushort type, ulong valueCount, byte[] value) in entries.OrderBy(entry => entry.Tag))
        {
            file.AddRange([(byte)tag, (byte)(tag >> 8), (byte)type, (byte)(type >> 8), .. Pointer(valueCount)]);
            if (value.Length <= pointer)
            {
                file.AddRange([.. value, .. new byte[pointer - value.Length]]);
            }
            else
            {
                file.AddRange(Pointer(end + (ulong)values.Count));
                values.AddRange(value);
            }
        }
        file.AddRange(Pointer(Next));
        file.AddRange(values);
        foreach (byte[] block in Blocks)
            file.AddRange(block);
        return [.. file];
    }

    private byte[] Pointer(ulong value) => isBig ? Bytes(value) : Bytes((uint)value);

    private static byte[] Bytes(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
