using System.Buffers.Binary;

namespace Pile.Parquet;

/// <summary>Writes footers and page headers of the Parquet format (version 2.10 of its Thrift definition).</summary>
internal static class FooterWriting
{
    private const int Plain = 0, Rle = 3, Uncompressed = 0, DataPage = 0, Required = 0, Optional = 1, Utf8 = 0;

    /// <summary>Returns the header of the only page of a column chunk.</summary>
    internal static byte[] PageHead(int rowCount, int valueBytes)
    {
        CompactWriter thrift = new();
        thrift.Int32(1, DataPage);
        thrift.Int32(2, valueBytes);
        thrift.Int32(3, valueBytes);
        thrift.BeginStruct(5);
        thrift.Int32(1, rowCount);
        thrift.Int32(2, Plain);
        thrift.Int32(3, Rle);
        thrift.Int32(4, Rle);
        thrift.EndStruct();
        thrift.EndStruct();
        return thrift.Written.ToArray();
    }

    /// <summary>Returns the footer without its length and magic.</summary>
    internal static byte[] Write(Footer footer)
    {
        CompactWriter thrift = new();
        thrift.Int32(1, 1);
        WriteSchema(thrift, footer.Columns);
        thrift.Int64(3, footer.RowCount);
        thrift.ListOfStructs(4, footer.GroupRows.Length);
        for (int group = 0; group < footer.GroupRows.Length; group++)
            WriteGroup(thrift, footer, group);
        thrift.ListOfStructs(5, footer.Metadata.Count);
        string[] keys = new string[footer.Metadata.Count];
        footer.Metadata.Keys.CopyTo(keys, 0);
        Array.Sort(keys, StringComparer.Ordinal);
        foreach (string key in keys)
        {
            thrift.BeginElement();
            thrift.Text(1, key);
            thrift.Text(2, footer.Metadata[key]);
            thrift.EndStruct();
        }
        thrift.Text(6, "Pile");
        // Statistics are ordered by the columns' types.
        thrift.ListOfStructs(7, footer.Columns.Length);
        for (int i = 0; i < footer.Columns.Length; i++)
        {
            thrift.BeginElement();
            thrift.BeginStruct(1);
            thrift.EndStruct();
            thrift.EndStruct();
        }
        thrift.EndStruct();
        return thrift.Written.ToArray();
    }

    private static void WriteSchema(CompactWriter thrift, ParquetColumn[] columns)
    {
        thrift.ListOfStructs(2, 1 + columns.Length);
        thrift.BeginElement();
        thrift.Text(4, "schema");
        thrift.Int32(5, columns.Length);
        thrift.EndStruct();
        foreach (ParquetColumn column in columns)
        {
            thrift.BeginElement();
            thrift.Int32(1, (int)column.Type);
            thrift.Int32(3, column.IsOptional ? Optional : Required);
            thrift.Text(4, column.Name);
            if (column.Integer != ParquetInteger.AsStored)
                thrift.Int32(6, (int)column.Integer);
            else if (column.Type == ParquetType.Text)
            {
                thrift.Int32(6, Utf8);
                thrift.BeginStruct(10);
                thrift.BeginStruct(1);
                thrift.EndStruct();
                thrift.EndStruct();
            }
            thrift.EndStruct();
        }
    }

    private static void WriteGroup(CompactWriter thrift, Footer footer, int group)
    {
        ReadOnlySpan<ColumnChunk> chunks = footer.Chunks.AsSpan(group * footer.Columns.Length, footer.Columns.Length);
        long bytes = 0;
        thrift.BeginElement();
        thrift.ListOfStructs(1, chunks.Length);
        for (int i = 0; i < chunks.Length; i++)
        {
            ColumnChunk chunk = chunks[i];
            bytes += chunk.ChunkBytes;
            thrift.BeginElement();
            thrift.Int64(2, chunk.PageOffset);
            thrift.BeginStruct(3);
            thrift.Int32(1, (int)footer.Columns[i].Type);
            thrift.ListOfInts(2, [Plain, Rle]);
            thrift.ListOfOneText(3, footer.Columns[i].Name);
            thrift.Int32(4, Uncompressed);
            thrift.Int64(5, footer.GroupRows[group]);
            thrift.Int64(6, chunk.ChunkBytes);
            thrift.Int64(7, chunk.ChunkBytes);
            thrift.Int64(9, chunk.PageOffset);
            WriteStatistics(thrift, chunk);
            thrift.EndStruct();
            thrift.EndStruct();
        }
        thrift.Int64(2, bytes);
        thrift.Int64(3, footer.GroupRows[group]);
        thrift.EndStruct();
    }

    // A separate method: with stackalloc beside a loop, the runtime compiles
    // the whole method with full optimization at once, which took 5 ms.
    private static void WriteStatistics(CompactWriter thrift, ColumnChunk chunk)
    {
        Span<byte> value = stackalloc byte[8];
        thrift.BeginStruct(12);
        thrift.Int64(3, chunk.Nulls);
        if (chunk.Min <= chunk.Max)
        {
            BinaryPrimitives.WriteInt64LittleEndian(value, chunk.Max);
            thrift.Bytes(5, value);
            BinaryPrimitives.WriteInt64LittleEndian(value, chunk.Min);
            thrift.Bytes(6, value);
        }
        else if (chunk is { MinText: { } min, MaxText: { } max })
        {
            thrift.Bytes(5, max);
            thrift.Bytes(6, min);
        }
        thrift.EndStruct();
    }
}
