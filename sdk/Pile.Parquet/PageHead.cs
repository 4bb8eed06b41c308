namespace Pile.Parquet;

/// <summary>The header of a page.</summary>
/// <param name="Length">The bytes of the header.</param>
/// <param name="Type">The kind of page.</param>
/// <param name="StoredBytes">The bytes after the header.</param>
/// <param name="RawBytes">The bytes before compression.</param>
/// <param name="Values">The number of values, missing ones among them.</param>
/// <param name="Encoding">The encoding of the values.</param>
/// <param name="LevelEncoding">The encoding of the levels.</param>
internal readonly record struct PageHead(int Length, int Type, int StoredBytes, int RawBytes, int Values, int Encoding, int LevelEncoding)
{
    /// <summary>The CRC-32 of the bytes after the header; null if the writer computed none.</summary>
    internal int? Checksum { get; private init; }

    /// <summary>Reads the header at the beginning of a span.</summary>
    /// <exception cref="PlainParquetException">It is corrupt.</exception>
    internal static PageHead Read(ReadOnlySpan<byte> bytes, string path)
    {
        CompactReader thrift = new(bytes, path);
        int? checksum = null;
        int type = -1, stored = -1, raw = -1, values = -1, encoding = -1, definitions = -1, repetitions = -1;
        while (thrift.TryNext(out int field))
            switch (field)
            {
                case 1:
                    type = thrift.Int32();
                    break;
                case 2:
                    raw = thrift.Int32();
                    break;
                case 3:
                    stored = thrift.Int32();
                    break;
                case 4:
                    checksum = thrift.Int32();
                    break;
                case 5 or 7 or 8: // a data page of version 1, a dictionary, a data page of version 2
                    thrift.RequireStruct();
                    int outer = thrift.Enter();
                    while (thrift.TryNext(out int inner))
                        if (inner == 1)
                            values = thrift.Int32();
                        else if (inner == (field == 8 ? 4 : 2))
                            encoding = thrift.Int32();
                        else if (inner == 3 && field == 5)
                            definitions = thrift.Int32();
                        else if (inner == 4 && field == 5)
                            repetitions = thrift.Int32();
                        else
                            thrift.Skip();
                    thrift.Leave(outer);
                    break;
                default:
                    thrift.Skip();
                    break;
            }
        return new PageHead(thrift.Position, type, stored, raw, values, encoding, definitions == repetitions ? definitions : -1)
        {
            Checksum = checksum,
        };
    }
}
