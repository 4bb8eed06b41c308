using System.Buffers.Binary;

namespace Pile.Parquet;

/// <summary>Reads footers and page headers, and rejects files whose pages are not plain arrays.</summary>
internal static class FooterReading
{
    private const int Plain = 0, DataPage = 0, Required = 0, Uncompressed = 0, MaxColumns = 10_000;

    private static readonly ColumnChunk NoStatistics = new(-1, -1, Min: 1, Max: 0);

    /// <summary>Reads the footer without its length and magic.</summary>
    internal static Footer Read(ReadOnlySpan<byte> bytes, string path)
    {
        CompactReader thrift = new(bytes, path);
        ParquetColumn[] columns = [];
        int[] groupRows = [];
        ColumnChunk[] chunks = [];
        long sum = 0;
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        long rowCount = -1;
        while (thrift.TryNext(out int field))
            switch (field)
            {
                case 2:
                    columns = ReadSchema(ref thrift, path);
                    break;
                case 3:
                    rowCount = thrift.Int64();
                    break;
                case 4:
                    // A group takes more bytes than its columns, so the size of the footer limits the allocation.
                    groupRows = new int[thrift.ListCount(ofStructs: true)];
                    chunks = new ColumnChunk[groupRows.Length > 0 ? thrift.Bounded((long)groupRows.Length * columns.Length) : 0];
                    for (int group = 0; group < groupRows.Length; group++)
                        sum += groupRows[group] = ReadGroup(ref thrift, path, columns, group, chunks);
                    break;
                case 5:
                    for (int i = thrift.ListCount(ofStructs: true); i > 0; i--)
                        ReadPair(ref thrift, metadata);
                    break;
                default:
                    thrift.Skip();
                    break;
            }
        return columns.Length > 0 && sum == rowCount ? new Footer(columns, rowCount, groupRows, chunks, metadata)
            : throw new PlainParquetException(path, $"the footer has {rowCount} rows, but its row groups have {sum}");
    }

    /// <summary>Checks the header of a page against the footer.</summary>
    /// <returns>The length of the header in bytes.</returns>
    internal static int ReadPageHead(ReadOnlySpan<byte> bytes, string path, int rowCount, long chunkBytes)
    {
        PageHead head = PageHead.Read(bytes, path);
        return head is { Type: DataPage, Encoding: Plain } && head.RawBytes == head.StoredBytes && head.Values == rowCount
            && head.Length + (long)head.StoredBytes == chunkBytes
            ? head.Length : throw new PlainParquetException(path, "a column chunk is not a single plain, uncompressed page");
    }

    private static ParquetColumn[] ReadSchema(ref CompactReader thrift, string path)
    {
        int count = thrift.ListCount(ofStructs: true);
        if (count is < 2 or > MaxColumns)
            throw new PlainParquetException(path, $"expected a schema of 1 to {MaxColumns - 1} columns, found {count - 1}");
        ParquetColumn[] columns = new ParquetColumn[count - 1];
        for (int i = 0; i < count; i++)
        {
            (string name, int type, int repetition, int children, _) = SchemaElement.Read(ref thrift);
            if (i > 0)
                columns[i - 1] = (ParquetType)type is ParquetType.Int32 or ParquetType.Int64 or ParquetType.Float or ParquetType.Double
                    or ParquetType.Text && repetition == Required && children == 0 ? new ParquetColumn(name, (ParquetType)type)
                    : throw new PlainParquetException(path, $"column '{name}' is not a required, flat column of a plain type");
        }
        return columns;
    }

    private static int ReadGroup(ref CompactReader thrift, string path, ParquetColumn[] columns, int group, ColumnChunk[] chunks)
    {
        int outer = thrift.Enter(), rows = -1, found = 0;
        while (thrift.TryNext(out int field))
            switch (field)
            {
                case 1:
                    found = thrift.ListCount(ofStructs: true);
                    if (found != columns.Length)
                        throw new PlainParquetException(path,
                            $"row group {group} has {found} columns, but the schema has {columns.Length}");
                    for (int column = 0; column < found; column++)
                        chunks[(group * found) + column] = ReadChunk(ref thrift, path, columns[column], group);
                    break;
                case 3:
                    rows = thrift.Int64() is > 0 and <= int.MaxValue and var count ? (int)count
                        : throw new PlainParquetException(path, $"row group {group} is empty or too large");
                    break;
                default:
                    thrift.Skip();
                    break;
            }
        thrift.Leave(outer);
        return rows > 0 && found > 0 ? rows : throw thrift.Damaged();
    }

    private static ColumnChunk ReadChunk(ref CompactReader thrift, string path, ParquetColumn column, int group)
    {
        int outer = thrift.Enter();
        ColumnChunk chunk = default;
        while (thrift.TryNext(out int field))
            if (field == 3)
            {
                thrift.RequireStruct();
                chunk = ReadChunkMetadata(ref thrift, path, column, group);
            }
            else
                thrift.Skip();
        thrift.Leave(outer);
        return chunk;
    }

    private static ColumnChunk ReadChunkMetadata(ref CompactReader thrift, string path, ParquetColumn column, int group)
    {
        int outer = thrift.Enter(), codec = Uncompressed;
        long offset = -1, bytes = -1;
        ColumnChunk statistics = NoStatistics;
        while (thrift.TryNext(out int field))
            switch (field)
            {
                case 4:
                    codec = thrift.Int32();
                    break;
                case 7:
                    bytes = thrift.Int64();
                    break;
                case 9:
                    offset = thrift.Int64();
                    break;
                case 11:
                    throw new PlainParquetException(path,
                        $"column '{column.Name}' of row group {group} has a dictionary; expected plain values");
                case 12:
                    thrift.RequireStruct();
                    statistics = ReadStatistics(ref thrift, column);
                    break;
                default:
                    thrift.Skip();
                    break;
            }
        thrift.Leave(outer);
        return codec == Uncompressed ? statistics with { PageOffset = offset, ChunkBytes = bytes }
            : throw new PlainParquetException(path, $"column '{column.Name}' of row group {group} is compressed; expected plain values");
    }

    private static ColumnChunk ReadStatistics(ref CompactReader thrift, ParquetColumn column)
    {
        int outer = thrift.Enter();
        ColumnChunk found = NoStatistics;
        while (thrift.TryNext(out int field))
        {
            if (field is not (5 or 6) || column.Type is not (ParquetType.Int64 or ParquetType.Text))
            {
                thrift.Skip();
                continue;
            }
            ReadOnlySpan<byte> value = thrift.Bytes();
            if (column.Type == ParquetType.Text)
                found = field == 5 ? found with { MaxText = value.ToArray() } : found with { MinText = value.ToArray() };
            else if (value.Length == sizeof(long))
                found = field == 5 ? found with { Max = BinaryPrimitives.ReadInt64LittleEndian(value) }
                    : found with { Min = BinaryPrimitives.ReadInt64LittleEndian(value) };
        }
        thrift.Leave(outer);
        return found;
    }

    /// <summary>Reads one pair of the key-value metadata.</summary>
    internal static void ReadPair(ref CompactReader thrift, Dictionary<string, string> metadata)
    {
        int outer = thrift.Enter();
        string key = "", value = "";
        while (thrift.TryNext(out int field))
            if (field == 1)
                key = thrift.Text();
            else if (field == 2)
                value = thrift.Text();
            else
                thrift.Skip();
        thrift.Leave(outer);
        metadata[key] = value;
    }
}
