using System.Buffers.Binary;
using System.Text;
using Pile.Format;

namespace Pile.Rasters;

/// <summary>An image file directory (IFD): the tags of one image of a TIFF file.</summary>
/// <remarks>Layout: TIFF 6.0, section 2; BigTIFF as in libtiff (counts and offsets of 8 bytes).</remarks>
internal sealed class TiffDirectory
{
    private const int MaxText = 16 << 20;

    private readonly TiffBytes bytes;
    private readonly Dictionary<TiffTag, Entry> entries = [];

    private TiffDirectory(TiffBytes bytes) => this.bytes = bytes;

    /// <summary>The offset of the next directory; 0 after the last one.</summary>
    internal long NextOffsetBytes { get; private set; }

    /// <summary>Reads a directory.</summary>
    /// <exception cref="SourceUnreadableException">It leaves the file or is corrupt.</exception>
    internal static async ValueTask<TiffDirectory> ReadAsync(TiffBytes bytes, long offsetBytes, bool isBig,
        CancellationToken cancellationToken)
    {
        TiffDirectory directory = new(bytes);
        int countBytes = isBig ? 8 : 2, entryBytes = isBig ? 20 : 12, pointerBytes = isBig ? 8 : 4;
        ReadOnlyMemory<byte> head = await bytes.GetAsync(offsetBytes, countBytes, "a directory", cancellationToken).ConfigureAwait(false);
        ulong count = directory.Unsigned(head.Span);
        if (count is 0 or > ushort.MaxValue)
            throw bytes.Corrupt($"the directory at offset {offsetBytes} has {count} tags");
        long tableBytes = ((long)count * entryBytes) + pointerBytes;
        ReadOnlyMemory<byte> table = await bytes.GetAsync(offsetBytes + countBytes, tableBytes, "a directory", cancellationToken)
            .ConfigureAwait(false);
        directory.Parse(table.Span, offsetBytes + countBytes, (int)count, entryBytes, pointerBytes);
        return directory;
    }

    /// <summary>Returns true if the directory has the tag.</summary>
    internal bool Has(TiffTag tag) => entries.ContainsKey(tag);

    /// <summary>Returns the number of values of a tag; 0 if there is no such tag.</summary>
    internal long Count(TiffTag tag) => entries.TryGetValue(tag, out Entry entry) ? (long)Math.Min(entry.Count, long.MaxValue) : 0;

    /// <summary>Reads an unsigned integer; the first one if there are several.</summary>
    /// <returns>The default if there is no such tag.</returns>
    internal async ValueTask<long> IntegerAsync(TiffTag tag, long absent, CancellationToken cancellationToken)
    {
        if (!entries.TryGetValue(tag, out Entry entry))
            return absent;
        if (entry.Count is 0)
            throw bytes.Corrupt($"the tag {tag} has no value");
        ReadOnlyMemory<byte> values = await bytes.GetAsync(entry.OffsetBytes, IntegerBytes(tag, entry), $"the tag {tag}", cancellationToken)
            .ConfigureAwait(false);
        return Integer(tag, values.Span);
    }

    /// <summary>Reads a list of unsigned integers.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="mostCount">The largest number of values, checked before anything is allocated.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>An empty array if there is no such tag.</returns>
    internal async ValueTask<long[]> IntegersAsync(TiffTag tag, long mostCount, CancellationToken cancellationToken)
    {
        if (!entries.TryGetValue(tag, out Entry entry))
            return [];
        int elementBytes = IntegerBytes(tag, entry);
        ReadOnlyMemory<byte> values = await ReadAsync(tag, entry, elementBytes, mostCount, cancellationToken).ConfigureAwait(false);
        long[] result = new long[values.Length / elementBytes];
        for (int i = 0; i < result.Length; i++)
            result[i] = Integer(tag, values.Span.Slice(i * elementBytes, elementBytes));
        return result;
    }

    /// <summary>Reads a list of float64 values.</summary>
    /// <returns>An empty array if there is no such tag.</returns>
    internal async ValueTask<double[]> DoublesAsync(TiffTag tag, long mostCount, CancellationToken cancellationToken)
    {
        if (!entries.TryGetValue(tag, out Entry entry))
            return [];
        if (entry.Type is not TiffType.Double)
            throw bytes.Corrupt($"the tag {tag} has the type {entry.Type}; expected {TiffType.Double}");
        ReadOnlyMemory<byte> values = await ReadAsync(tag, entry, 8, mostCount, cancellationToken).ConfigureAwait(false);
        double[] result = new double[values.Length / 8];
        for (int i = 0; i < result.Length; i++)
            result[i] = BitConverter.UInt64BitsToDouble(Unsigned(values.Span.Slice(i * 8, 8)));
        return result;
    }

    /// <summary>Reads a text without its terminating NUL.</summary>
    /// <returns>Null if there is no such tag.</returns>
    internal async ValueTask<string?> TextAsync(TiffTag tag, CancellationToken cancellationToken)
    {
        if (!entries.TryGetValue(tag, out Entry entry))
            return null;
        if (entry.Type is not (TiffType.Ascii or TiffType.Byte))
            throw bytes.Corrupt($"the tag {tag} has the type {entry.Type}; expected {TiffType.Ascii}");
        ReadOnlyMemory<byte> text = await ReadAsync(tag, entry, 1, MaxText, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(text.Span).TrimEnd('\0');
    }

    private ValueTask<ReadOnlyMemory<byte>> ReadAsync(TiffTag tag, Entry entry, int elementBytes, long mostCount,
        CancellationToken cancellationToken) => entry.Count > (ulong)mostCount
            ? throw bytes.Corrupt($"the tag {tag} has {entry.Count} values; expected at most {mostCount}")
            : bytes.GetAsync(entry.OffsetBytes, (long)entry.Count * elementBytes, $"the tag {tag}", cancellationToken);

    private void Parse(ReadOnlySpan<byte> table, long tableOffset, int count, int entryBytes, int pointerBytes)
    {
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = table.Slice(i * entryBytes, entryBytes);
            TiffTag tag = (TiffTag)Unsigned(entry[..2]);
            TiffType type = (TiffType)Unsigned(entry.Slice(2, 2));
            ulong values = Unsigned(entry.Slice(4, pointerBytes));
            int inline = 4 + pointerBytes;
            // A value that fits into the pointer is stored in its place.
            bool isInline = values <= 8 && (int)values * ElementBytes(type) <= pointerBytes;
            ulong offset = isInline ? (ulong)(tableOffset + (i * entryBytes) + inline) : Unsigned(entry.Slice(inline, pointerBytes));
            entries.TryAdd(tag, new Entry(type, values, (long)Math.Min(offset, long.MaxValue)));
        }
        NextOffsetBytes = (long)Math.Min(Unsigned(table.Slice(count * entryBytes, pointerBytes)), long.MaxValue);
    }

    private int IntegerBytes(TiffTag tag, Entry entry) => entry.Type switch
    {
        TiffType.Byte => 1,
        TiffType.Short => 2,
        TiffType.Long or TiffType.Ifd => 4,
        TiffType.Long8 or TiffType.Ifd8 => 8,
        _ => throw bytes.Corrupt($"the tag {tag} has the type {entry.Type}; expected an unsigned integer"),
    };

    private long Integer(TiffTag tag, ReadOnlySpan<byte> value)
    {
        ulong number = Unsigned(value);
        return number <= long.MaxValue ? (long)number : throw bytes.Corrupt($"the tag {tag} has the value {number}");
    }

    private ulong Unsigned(ReadOnlySpan<byte> value) => (value.Length, bytes.IsLittleEndian) switch
    {
        (1, _) => value[0],
        (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(value),
        (2, false) => BinaryPrimitives.ReadUInt16BigEndian(value),
        (4, true) => BinaryPrimitives.ReadUInt32LittleEndian(value),
        (4, false) => BinaryPrimitives.ReadUInt32BigEndian(value),
        (_, true) => BinaryPrimitives.ReadUInt64LittleEndian(value),
        (_, false) => BinaryPrimitives.ReadUInt64BigEndian(value),
    };

    private static int ElementBytes(TiffType type) => type switch
    {
        TiffType.Short or TiffType.SShort => 2,
        TiffType.Long or TiffType.SLong or TiffType.Float or TiffType.Ifd => 4,
        TiffType.Rational or TiffType.SRational or TiffType.Double or TiffType.Long8 or TiffType.SLong8 or TiffType.Ifd8 => 8,
        _ => 1,
    };

    private readonly record struct Entry(TiffType Type, ulong Count, long OffsetBytes);
}
