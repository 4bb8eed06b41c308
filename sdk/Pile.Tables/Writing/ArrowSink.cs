using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Writes Apache Arrow's streaming format, or its file format: arrays are lists, nested by axis.</summary>
/// <remarks>Source: Apache Arrow Columnar Format 1.5, "Serialization and Interprocess Communication".</remarks>
internal sealed class ArrowSink : ITableSink
{
    private const int Alignment = 8;
    private const uint Continuation = 0xFFFFFFFF;

    private static ReadOnlySpan<byte> Magic => "ARROW1"u8;

    private static ReadOnlySpan<byte> Padding => [0, 0, 0, 0, 0, 0, 0, 0];

    private readonly TextFile file;
    private readonly ImmutableArray<ColumnSchema> columns;
    private readonly TableAbout? about;
    private readonly bool isStream;
    private readonly List<long> blocks = [], nodes = [], buffers = [];
    private readonly List<ReadOnlyMemory<byte>> body = [];
    private long position, bodyBytes, rowCount;

    internal ArrowSink(TextFile file, ImmutableArray<ColumnSchema> columns, TableAbout? about, bool isStream)
    {
        (this.file, this.columns, this.about, this.isStream) = (file, columns, about, isStream);
        if (!isStream)
            Write([.. Magic, 0, 0]);
        WriteMessage(ArrowMetadata.SchemaMessage(columns, about));
    }

    public void Write(ColumnData[] columns, int rowCount)
    {
        if (rowCount == 0)
            return;
        foreach (ColumnData column in columns)
            Add(column);
        long start = position;
        int message = WriteMessage(ArrowMetadata.BatchMessage(rowCount, CollectionsMarshal.AsSpan(nodes),
            CollectionsMarshal.AsSpan(buffers), bodyBytes));
        blocks.AddRange(start, message, bodyBytes);
        foreach (ReadOnlyMemory<byte> part in body)
        {
            Write(part.Span);
            Write(Padding[..(int)(-position & (Alignment - 1))]);
        }
        this.rowCount += rowCount;
        nodes.Clear();
        buffers.Clear();
        body.Clear();
        bodyBytes = 0;
    }

    public long Complete(CancellationToken cancellationToken)
    {
        Span<byte> end = stackalloc byte[2 * sizeof(int)];
        BinaryPrimitives.WriteUInt32LittleEndian(end, Continuation);
        Write(end);
        if (!isStream)
        {
            byte[] footer = ArrowMetadata.Footer(columns, about, CollectionsMarshal.AsSpan(blocks));
            Write(footer);
            BinaryPrimitives.WriteInt32LittleEndian(end, footer.Length);
            Write(end[..sizeof(int)]);
            Write(Magic);
        }
        file.Complete();
        return rowCount;
    }

    public void Dispose() => file.Dispose();

    private void Add(ColumnData column)
    {
        AddValidity(column);
        if (column.Schema.IsScalar)
        {
            AddValues(column);
            return;
        }
        int items = column.RowCount;
        for (int axis = 0; axis < column.Schema.Shape.Length; axis++)
        {
            int[] starts = StartsOf(column, axis, items);
            AddBuffer(MemoryMarshal.AsBytes(starts.AsSpan()).ToArray());
            items = starts[^1];
            nodes.AddRange(items, 0);
            AddBuffer(default); // no item is missing
        }
        AddValues(column);
    }

    /// <summary>Returns where the items of each list of an axis begin, and the end of the last one.</summary>
    private static int[] StartsOf(ColumnData column, int axis, int lists)
    {
        int[] starts = new int[lists + 1];
        int list = 0;
        for (int row = 0; row < column.RowCount; row++)
        {
            ReadOnlySpan<int> shape = column.ShapeOf(row);
            int ofRow = 1;
            foreach (int length in shape[..axis])
                ofRow *= length;
            for (int end = list + ofRow; list < end; list++)
                starts[list + 1] = checked(starts[list] + shape[axis]);
        }
        return starts;
    }

    private void AddValidity(ColumnData column)
    {
        int nulls = column.IsNull.Span.Count(true);
        nodes.AddRange(column.RowCount, nulls);
        byte[] bits = nulls == 0 ? [] : new byte[(column.RowCount + 7) / 8];
        for (int row = 0; row < column.RowCount && nulls > 0; row++)
            if (!column.IsNullAt(row))
                bits[row >> 3] |= (byte)(1 << (row & 7));
        AddBuffer(bits);
    }

    private void AddValues(ColumnData column)
    {
        switch (column)
        {
            case TextColumnData c:
                AddBuffer(MemoryMarshal.AsBytes(c.Starts.Span).ToArray());
                AddBuffer(c.Utf8);
                break;
            case ColumnData<bool> c:
                byte[] bits = new byte[(c.Values.Length + 7) / 8];
                for (int i = 0; i < c.Values.Length; i++)
                    bits[i >> 3] |= (byte)(c.Values.Span[i] ? 1 << (i & 7) : 0);
                AddBuffer(bits);
                break;
            case ColumnData<sbyte> c: AddNumbers(c); break;
            case ColumnData<byte> c: AddNumbers(c); break;
            case ColumnData<short> c: AddNumbers(c); break;
            case ColumnData<ushort> c: AddNumbers(c); break;
            case ColumnData<int> c: AddNumbers(c); break;
            case ColumnData<uint> c: AddNumbers(c); break;
            case ColumnData<long> c: AddNumbers(c); break;
            case ColumnData<ulong> c: AddNumbers(c); break;
            case ColumnData<float> c: AddNumbers(c); break;
            case ColumnData<double> c: AddNumbers(c); break;
            default:
                throw new ArgumentException($"Column '{column.Schema.Name}': {column.Schema.DType.Name()} cannot be written.",
                    nameof(column));
        }
    }

    private void AddNumbers<T>(ColumnData<T> column) where T : unmanaged =>
        AddBuffer(MemoryMarshal.AsBytes(column.Values.Span).ToArray());

    private void AddBuffer(ReadOnlyMemory<byte> bytes)
    {
        buffers.AddRange(bodyBytes, bytes.Length);
        body.Add(bytes);
        bodyBytes += (bytes.Length + Alignment - 1) & -Alignment;
    }

    // Returns the length of the message with its prefix and padding.
    private int WriteMessage(byte[] message)
    {
        int padded = (message.Length + Alignment - 1) & -Alignment;
        Span<byte> prefix = stackalloc byte[2 * sizeof(int)];
        BinaryPrimitives.WriteUInt32LittleEndian(prefix, Continuation);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[sizeof(int)..], padded);
        Write(prefix);
        Write(message);
        Write(Padding[..(padded - message.Length)]);
        return prefix.Length + padded;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        file.Write(bytes);
        position += bytes.Length;
    }
}
