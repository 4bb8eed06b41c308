using System.Buffers.Binary;
using System.Text;

namespace Pile.Parquet;

/// <summary>The layout of any Parquet file: its row groups, and the byte range of each column chunk.</summary>
internal sealed class ParquetLayout
{
    /// <summary>Bytes after the footer: the footer's length and the magic bytes.</summary>
    public const int TailBytes = 8;

    private ParquetLayout(long footerStart, ParquetRowGroup[] groups, long rowCount, byte[] schema) =>
        (FooterStart, Groups, RowCount, Schema) = (footerStart, groups, rowCount, schema);

    /// <summary>The offset of the footer.</summary>
    public long FooterStart { get; }

    /// <summary>The row groups in the order of their rows.</summary>
    public IReadOnlyList<ParquetRowGroup> Groups { get; }

    /// <summary>The number of rows.</summary>
    public long RowCount { get; }

    /// <summary>The bytes of the schema in the footer: files with the same bytes have the same columns and types.</summary>
    public byte[] Schema { get; }

    /// <summary>Returns the length of the footer, without the tail.</summary>
    /// <param name="tail">The last <see cref="TailBytes"/> bytes of the file.</param>
    /// <param name="fileBytes">The length of the file.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="PlainParquetException">The file is not a Parquet file.</exception>
    public static int FooterBytes(ReadOnlySpan<byte> tail, long fileBytes, string path)
    {
        int bytes = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (!tail[4..].SequenceEqual(PlainParquetWriter.Magic) || bytes <= 0
            || bytes > fileBytes - TailBytes - PlainParquetWriter.Magic.Length)
            throw new PlainParquetException(path, "the file does not end with a Parquet footer; it may be truncated");
        return bytes;
    }

    /// <summary>Reads the layout from a footer.</summary>
    /// <param name="footer">The footer without the tail.</param>
    /// <param name="footerStart">The offset of the footer in the file.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="PlainParquetException">The footer is damaged.</exception>
    public static ParquetLayout Read(ReadOnlySpan<byte> footer, long footerStart, string path)
    {
        CompactReader thrift = new(footer, path);
        ParquetRowGroup[] groups = [];
        byte[] schema = [];
        long rowCount = 0;
        while (thrift.TryNext(out int field))
            if (field == 4)
            {
                groups = new ParquetRowGroup[thrift.ListCount(ofStructs: true)];
                for (int group = 0; group < groups.Length; group++)
                {
                    groups[group] = ReadGroup(ref thrift, rowCount, footerStart);
                    rowCount += groups[group].RowCount;
                }
            }
            else if (field == 2)
            {
                int start = thrift.Position;
                thrift.Skip();
                schema = footer[start..thrift.Position].ToArray();
            }
            else
                thrift.Skip();
        return new ParquetLayout(footerStart, groups, rowCount, schema);
    }

    private static ParquetRowGroup ReadGroup(ref CompactReader thrift, long firstRow, long footerStart)
    {
        int outer = thrift.Enter();
        ParquetChunk[] chunks = [];
        long rows = -1;
        while (thrift.TryNext(out int field))
            if (field == 1)
            {
                chunks = new ParquetChunk[thrift.ListCount(ofStructs: true)];
                for (int i = 0; i < chunks.Length; i++)
                    chunks[i] = ReadChunk(ref thrift, footerStart);
            }
            else if (field == 3)
                rows = thrift.Int64();
            else
                thrift.Skip();
        thrift.Leave(outer);
        return rows >= 0 ? new ParquetRowGroup(firstRow, rows, chunks) : throw thrift.Damaged();
    }

    private static ParquetChunk ReadChunk(ref CompactReader thrift, long footerStart)
    {
        int outer = thrift.Enter();
        ParquetChunk? chunk = null;
        string? file = null;
        while (thrift.TryNext(out int field))
            if (field == 1)
                file = Encoding.UTF8.GetString(thrift.Bytes());
            else if (field == 3)
            {
                thrift.RequireStruct();
                chunk = ReadMetadata(ref thrift, file is null ? footerStart : long.MaxValue); // offsets in another file
            }
            else
                thrift.Skip();
        thrift.Leave(outer);
        return chunk is null ? throw thrift.Damaged() : file is null ? chunk : chunk with { File = file };
    }

    private static ParquetChunk ReadMetadata(ref CompactReader thrift, long footerStart)
    {
        int outer = thrift.Enter();
        string[] path = [];
        long bytes = -1, data = -1, dictionary = -1, filter = -1, filterBytes = -1;
        (long Min, long Max)? range = null;
        while (thrift.TryNext(out int field))
            switch (field)
            {
                case 3:
                    path = thrift.Texts();
                    break;
                case 7:
                    bytes = thrift.Int64();
                    break;
                case 9:
                    data = thrift.Int64();
                    break;
                case 11:
                    dictionary = thrift.Int64();
                    break;
                case 12:
                    thrift.RequireStruct();
                    range = ReadRange(ref thrift);
                    break;
                case 14:
                    filter = thrift.Int64();
                    break;
                case 15:
                    filterBytes = thrift.Int64();
                    break;
                default:
                    thrift.Skip();
                    break;
            }
        thrift.Leave(outer);
        if (filter > footerStart - Math.Max(filterBytes, 0))
            throw thrift.Damaged();
        long start = dictionary > 0 ? Math.Min(dictionary, data) : data;
        if (path.Length == 0 || start < 0 || bytes < 0 || bytes > footerStart - start)
            throw thrift.Damaged();
        return new ParquetChunk(path, start, bytes, range) { Filter = filter > 0 && filterBytes > 0 ? (filter, filterBytes) : null };
    }

    // Only values of 8 bytes: other types use the same fields with other encodings.
    private static (long Min, long Max)? ReadRange(ref CompactReader thrift)
    {
        int outer = thrift.Enter();
        long? min = null, max = null;
        while (thrift.TryNext(out int field))
            if (field is 5 or 6)
            {
                ReadOnlySpan<byte> value = thrift.Bytes();
                long? number = value.Length == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(value) : null;
                (min, max) = field == 5 ? (min, number) : (number, max);
            }
            else
                thrift.Skip();
        thrift.Leave(outer);
        return min is { } least && max is { } greatest ? (least, greatest) : null;
    }
}
