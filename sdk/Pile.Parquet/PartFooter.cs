namespace Pile.Parquet;

/// <summary>The footer of a file with some of the columns, and where it has what changes when further columns are added.</summary>
internal sealed class PartFooter
{
    private PartFooter(byte[] bytes, string path) => (Bytes, Path) = (bytes, path);

    internal byte[] Bytes { get; }

    internal string Path { get; }

    internal PartList Schema { get; private set; }

    /// <summary>The number of columns, a member of the first element of the schema.</summary>
    internal PartNumber ColumnCount { get; private set; }

    /// <summary>Where the second element of the schema begins.</summary>
    internal int ColumnsAt { get; private set; }

    internal PartList GroupList { get; private set; }

    internal List<PartGroup> Groups { get; } = [];

    internal PartList Orders { get; private set; }

    /// <summary>Reads the footer, without its length and magic.</summary>
    /// <exception cref="PlainParquetException">It has members that cannot be moved, or lacks one.</exception>
    internal static PartFooter Read(byte[] bytes, string path)
    {
        PartFooter footer = new(bytes, path);
        footer.Read();
        return footer;
    }

    // FileMetaData: 2 schema, 4 row_groups, 7 column_orders.
    private void Read()
    {
        CompactReader thrift = new(Bytes, Path);
        while (thrift.TryNext(out int field))
        {
            int headAt = thrift.Position;
            if (field is not (2 or 4 or 7))
            {
                thrift.Skip();
                continue;
            }
            int count = thrift.ListCount(ofStructs: true), at = thrift.Position;
            for (int i = 0; i < count; i++)
                if (field == 2)
                    ReadElement(ref thrift, isRoot: i == 0);
                else if (field == 4)
                    Groups.Add(ReadGroup(ref thrift));
                else
                    SkipStruct(ref thrift);
            PartList list = new(headAt, at, thrift.Position, count);
            (Schema, GroupList, Orders) = field switch
            {
                2 => (list, GroupList, Orders),
                4 => (Schema, list, Orders),
                _ => (Schema, GroupList, list),
            };
        }
        if (ColumnCount.End == 0 || GroupList.End == 0 || Orders.Count == 0)
            throw new PlainParquetException(Path, "the footer has no schema, row groups or column orders");
    }

    // SchemaElement: 5 num_children.
    private void ReadElement(ref CompactReader thrift, bool isRoot)
    {
        int outer = thrift.Enter();
        while (thrift.TryNext(out int field))
            if (isRoot && field == 5)
                ColumnCount = Number(ref thrift);
            else
                thrift.Skip();
        thrift.Leave(outer);
        if (isRoot)
            ColumnsAt = thrift.Position;
    }

    // RowGroup: 1 columns, 2 total_byte_size, 3 num_rows, 5 file_offset, 6 total_compressed_size.
    private PartGroup ReadGroup(ref CompactReader thrift)
    {
        PartGroup group = new() { At = thrift.Position };
        int outer = thrift.Enter();
        while (thrift.TryNext(out int field))
            switch (field)
            {
                case 1:
                    int headAt = thrift.Position, count = thrift.ListCount(ofStructs: true), at = thrift.Position;
                    for (int i = 0; i < count; i++)
                        ReadChunk(ref thrift, group);
                    group.Columns = new PartList(headAt, at, thrift.Position, count);
                    break;
                case 2:
                    group.RawBytes = Number(ref thrift);
                    break;
                case 3:
                    group.Rows = Number(ref thrift);
                    break;
                case 5:
                    group.Offset = Number(ref thrift);
                    break;
                case 6:
                    group.StoredBytes = Number(ref thrift);
                    break;
                default:
                    throw new PlainParquetException(Path, $"a row group has the member {field}, which was not expected");
            }
        thrift.Leave(outer);
        group.End = thrift.Position;
        group.Pages.Add(group.Offset.Value, group.StoredBytes.Value);
        return group.StoredBytes.End > 0 && group.Offset.End > 0 && group.RawBytes.End > 0 ? group
            : throw new PlainParquetException(Path, "a row group lacks its offset or sizes");
    }

    // ColumnChunk: 2 file_offset (deprecated: 0), 3 meta_data.
    private void ReadChunk(ref CompactReader thrift, PartGroup group)
    {
        int outer = thrift.Enter();
        while (thrift.TryNext(out int field))
            if (field == 2 && thrift.Int64() == 0)
                continue;
            else if (field == 3)
                ReadMetadata(ref thrift, group);
            else
                throw new PlainParquetException(Path, $"a column has the member {field}, which was not expected");
        thrift.Leave(outer);
    }

    // ColumnMetaData: 9 data_page_offset, 11 dictionary_page_offset, 14 bloom_filter_offset, 15 bloom_filter_length.
    private void ReadMetadata(ref CompactReader thrift, PartGroup group)
    {
        thrift.RequireStruct();
        int outer = thrift.Enter();
        long filterOffset = 0;
        while (thrift.TryNext(out int field))
            switch (field)
            {
                case 9 or 11 or 14:
                    PartNumber offset = Number(ref thrift);
                    group.Offsets.Add((offset, IsOfFilter: field == 14));
                    filterOffset = offset.Value;
                    break;
                case 15:
                    group.Filters.Add(filterOffset, thrift.Int64());
                    break;
                case 10:
                    throw new PlainParquetException(Path, "a column has an index page");
                default:
                    thrift.Skip();
                    break;
            }
        thrift.Leave(outer);
    }

    private static PartNumber Number(ref CompactReader thrift)
    {
        int at = thrift.Position;
        long value = thrift.Int64();
        return new PartNumber(at, thrift.Position, value);
    }

    private static void SkipStruct(ref CompactReader thrift)
    {
        int outer = thrift.Enter();
        while (thrift.TryNext(out _))
            thrift.Skip();
        thrift.Leave(outer);
    }
}
