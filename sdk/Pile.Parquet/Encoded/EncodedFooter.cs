namespace Pile.Parquet;

/// <summary>What reading needs of a footer whose columns may be optional, lists, encoded and compressed.</summary>
/// <param name="Columns">The columns with values, in the order of the schema.</param>
/// <param name="Groups">The row groups.</param>
internal sealed record EncodedFooter(EncodedColumn[] Columns, EncodedGroup[] Groups)
{
    private const int Optional = 1, Repeated = 2;

    /// <summary>The values in the file's metadata, by key.</summary>
    internal IReadOnlyDictionary<string, string> Metadata { get; private init; } = new Dictionary<string, string>();

    /// <summary>Reads the footer without its length and magic.</summary>
    /// <exception cref="PlainParquetException">The footer is corrupt.</exception>
    internal static EncodedFooter Read(ReadOnlySpan<byte> bytes, string path)
    {
        CompactReader thrift = new(bytes, path);
        EncodedColumn[] columns = [];
        EncodedGroup[] groups = [];
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        while (thrift.TryNext(out int field))
            switch (field)
            {
                case 2:
                    columns = ReadSchema(ref thrift);
                    break;
                case 4:
                    groups = new EncodedGroup[thrift.ListCount(ofStructs: true)];
                    for (int i = 0; i < groups.Length; i++)
                        groups[i] = ReadGroup(ref thrift, columns.Length);
                    break;
                case 5:
                    for (int left = thrift.ListCount(ofStructs: true); left > 0; left--)
                        FooterReading.ReadPair(ref thrift, metadata);
                    break;
                default:
                    thrift.Skip();
                    break;
            }
        return columns.Length > 0 ? new EncodedFooter(columns, groups) { Metadata = metadata } : throw thrift.Damaged();
    }

    private static EncodedColumn[] ReadSchema(ref CompactReader thrift)
    {
        int count = thrift.ListCount(ofStructs: true);
        List<EncodedColumn> columns = [];
        Stack<(SchemaNode Node, int Left)> open = [];
        for (int i = 0; i < count; i++)
        {
            SchemaNode node = ReadNode(ref thrift, i == 0 ? null : open.Count > 0 ? open.Peek().Node : throw thrift.Damaged());
            if (node.Children == 0)
                columns.Add(new EncodedColumn(node.TopName, node.Type, node.MaxDefinition, node.MaxRepetition)
                {
                    IsFlat = open.Count == 1,
                    ConvertedType = node.ConvertedType,
                });
            else
                open.Push((node, node.Children + 1));
            while (open.TryPop(out (SchemaNode Node, int Left) last)) // closes the groups that are complete
                if (last.Left > 1)
                {
                    open.Push((last.Node, last.Left - 1));
                    break;
                }
        }
        return open.Count == 0 ? [.. columns] : throw thrift.Damaged();
    }

    private static SchemaNode ReadNode(ref CompactReader thrift, SchemaNode? parent)
    {
        (string name, int type, int repetition, int children, int converted) = SchemaElement.Read(ref thrift);
        if (children < 0)
            throw thrift.Damaged();
        return parent is null ? new SchemaNode("", -1, children, 0, 0, -1)
            : new SchemaNode(parent.TopName.Length > 0 ? parent.TopName : name, type, children,
                parent.MaxDefinition + (repetition is Optional or Repeated ? 1 : 0),
                parent.MaxRepetition + (repetition == Repeated ? 1 : 0), converted);
    }

    private static EncodedGroup ReadGroup(ref CompactReader thrift, int columnCount)
    {
        int outer = thrift.Enter();
        EncodedChunk[] chunks = [];
        long rows = -1;
        while (thrift.TryNext(out int field))
            if (field == 1)
            {
                chunks = new EncodedChunk[thrift.ListCount(ofStructs: true)];
                for (int i = 0; i < chunks.Length; i++)
                    chunks[i] = ReadChunk(ref thrift);
            }
            else if (field == 3)
                rows = thrift.Int64();
            else
                thrift.Skip();
        thrift.Leave(outer);
        return chunks.Length == columnCount && rows is >= 0 and <= int.MaxValue ? new EncodedGroup((int)rows, chunks)
            : throw thrift.Damaged();
    }

    private static EncodedChunk ReadChunk(ref CompactReader thrift)
    {
        int outer = thrift.Enter();
        EncodedChunk? chunk = null;
        while (thrift.TryNext(out int field))
            if (field == 3)
            {
                thrift.RequireStruct();
                int inner = thrift.Enter(), codec = -1;
                long values = -1, bytes = -1, pages = -1, dictionary = -1;
                while (thrift.TryNext(out int of))
                    switch (of)
                    {
                        case 4:
                            codec = thrift.Int32();
                            break;
                        case 5:
                            values = thrift.Int64();
                            break;
                        case 7:
                            bytes = thrift.Int64();
                            break;
                        case 9:
                            pages = thrift.Int64();
                            break;
                        case 11:
                            dictionary = thrift.Int64();
                            break;
                        default:
                            thrift.Skip();
                            break;
                    }
                thrift.Leave(inner);
                chunk = new EncodedChunk(codec, values, dictionary > 0 ? Math.Min(dictionary, pages) : pages, bytes);
            }
            else
                thrift.Skip();
        thrift.Leave(outer);
        return chunk ?? throw thrift.Damaged();
    }

    private sealed record SchemaNode(string TopName, int Type, int Children, int MaxDefinition, int MaxRepetition, int ConvertedType);
}

/// <summary>A column with values.</summary>
/// <param name="Name">The name of the field of a row that contains it.</param>
/// <param name="Type">The physical type.</param>
/// <param name="MaxDefinition">The definition level of a value.</param>
/// <param name="MaxRepetition">0 for one value in a row, 1 for a list.</param>
internal sealed record EncodedColumn(string Name, int Type, int MaxDefinition, int MaxRepetition)
{
    /// <summary>True if it is a field of a row, and not of a field with fields.</summary>
    internal bool IsFlat { get; init; }

    /// <summary>The annotation of the type; -1 for none.</summary>
    internal int ConvertedType { get; init; }
}

/// <summary>A row group.</summary>
internal sealed record EncodedGroup(int Rows, EncodedChunk[] Chunks);

/// <summary>The pages of a column in a row group.</summary>
/// <param name="Codec">The compression.</param>
/// <param name="Values">The number of values, missing ones and empty lists among them.</param>
/// <param name="Offset">Where they begin, with the dictionary.</param>
/// <param name="Bytes">Their length.</param>
internal sealed record EncodedChunk(int Codec, long Values, long Offset, long Bytes);
