using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Tables.Batches;

/// <summary>Collects the values of one column, row by row, until a batch is full.</summary>
internal abstract class ColumnBuilder(ColumnSchema schema)
{
    private bool[] isNull = [];
    private bool hasNull;

    internal ColumnSchema Schema => schema;

    /// <summary>The number of complete rows.</summary>
    internal int RowCount { get; private protected set; }

    /// <summary>True if numbers are stored in the memory of those that were taken last.</summary>
    internal bool Overwrites { get; set; }

    /// <summary>The size of the collected values.</summary>
    internal abstract long Bytes { get; }

    /// <summary>Creates a builder for the column's dtype.</summary>
    internal static ColumnBuilder For(ColumnSchema schema) => schema.DType switch
    {
        DType.Bool => new NumberColumnBuilder<bool>(schema),
        DType.Int8 => new NumberColumnBuilder<sbyte>(schema),
        DType.UInt8 => new NumberColumnBuilder<byte>(schema),
        DType.Int16 => new NumberColumnBuilder<short>(schema),
        DType.UInt16 => new NumberColumnBuilder<ushort>(schema),
        DType.Int32 => new NumberColumnBuilder<int>(schema),
        DType.UInt32 => new NumberColumnBuilder<uint>(schema),
        DType.Int64 => new NumberColumnBuilder<long>(schema),
        DType.UInt64 => new NumberColumnBuilder<ulong>(schema),
        DType.Float32 => new NumberColumnBuilder<float>(schema),
        DType.Float64 => new NumberColumnBuilder<double>(schema),
        _ => new TextColumnBuilder(schema),
    };

    /// <summary>Adds a row without a value: zeros (NaN for floats, an empty text), flagged as null.</summary>
    internal abstract void AddNull();

    /// <summary>Adds a row from the text of one value.</summary>
    /// <returns>False, with nothing added, if the text is not a value of the column's dtype.</returns>
    internal abstract bool TryAddText(ReadOnlySpan<byte> utf8);

    /// <summary>Returns the collected rows and empties the builder.</summary>
    internal abstract ColumnData Take();

    /// <summary>Flags a row already added, or the next one, as null.</summary>
    internal void FlagNull(int row)
    {
        if (row >= isNull.Length)
            Array.Resize(ref isNull, Math.Max(row + 1, Math.Max(1024, 2 * isNull.Length)));
        isNull[row] = hasNull = true;
    }

    private protected ReadOnlyMemory<bool> TakeNulls(int rowCount)
    {
        if (!hasNull)
            return default;
        if (isNull.Length < rowCount)
            Array.Resize(ref isNull, rowCount);
        ReadOnlyMemory<bool> taken = isNull.AsMemory(0, rowCount);
        (isNull, hasNull) = ([], false);
        return taken;
    }
}

/// <summary>A builder for a column of numbers or booleans.</summary>
internal sealed class NumberColumnBuilder<T>(ColumnSchema schema) : ColumnBuilder(schema) where T : unmanaged
{
    private readonly int elementsPerRow = schema.IsRagged ? 0 : schema.ElementsPerRow;
    private readonly List<int>? shapes = schema.IsRagged ? [] : null;
    private T[] values = [];
    private int count;

    internal override long Bytes => (long)count * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();

    /// <summary>Adds a row with one value.</summary>
    internal void Add(T value)
    {
        if (count == values.Length)
            Grow(1);
        values[count++] = value;
        RowCount++;
    }

    /// <summary>Adds rows of the schema's shape.</summary>
    /// <returns>The memory for their values, row-major.</returns>
    internal Span<T> AddRows(int rowCount)
    {
        RowCount += rowCount;
        return Claim(checked(rowCount * elementsPerRow));
    }

    /// <summary>Adds a row with its own shape to a ragged column.</summary>
    /// <returns>The memory for its values, row-major.</returns>
    internal Span<T> AddRow(ReadOnlySpan<int> shape)
    {
        int elements = 1;
        foreach (int length in shape)
        {
            elements = checked(elements * length);
            shapes!.Add(length);
        }
        RowCount++;
        return Claim(elements);
    }

    internal override void AddNull()
    {
        FlagNull(RowCount);
        Span<T> row;
        if (shapes is null)
            row = AddRows(1);
        else
        {
            int[] shape = [.. Schema.Shape.Select(length => length == ColumnSchema.Ragged ? 0 : length)];
            row = AddRow(shape);
        }
        if (typeof(T) == typeof(double))
            MemoryMarshal.Cast<T, double>(row).Fill(double.NaN);
        else if (typeof(T) == typeof(float))
            MemoryMarshal.Cast<T, float>(row).Fill(float.NaN);
        else
            row.Clear();
    }

    internal override bool TryAddText(ReadOnlySpan<byte> utf8)
    {
        if (!CellText.TryParse(utf8, out T value))
            return false;
        Add(value);
        return true;
    }

    internal override ColumnData Take()
    {
        ReadOnlyMemory<bool> isNull = TakeNulls(RowCount);
        ReadOnlyMemory<T> filled = values.AsMemory(0, count);
        ColumnData<T> data = shapes is null ? new(Schema, filled, RowCount, isNull) : new(Schema, filled, [.. shapes], isNull);
        if (!Overwrites)
            values = GC.AllocateUninitializedArray<T>(count);
        (count, RowCount) = (0, 0);
        shapes?.Clear();
        return data;
    }

    private Span<T> Claim(int count)
    {
        if (values.Length - this.count < count)
            Grow(count);
        Span<T> claimed = values.AsSpan(this.count, count);
        this.count += count;
        return claimed;
    }

    private void Grow(int count) => Array.Resize(ref values,
        (int)Math.Min(Array.MaxLength, Math.Max(checked((long)this.count + count), Math.Max(1024, 2L * values.Length))));
}

/// <summary>A builder for a column of text.</summary>
internal sealed class TextColumnBuilder(ColumnSchema schema) : ColumnBuilder(schema)
{
    private readonly int elementsPerRow = schema.IsRagged ? 0 : schema.ElementsPerRow;
    private readonly List<int>? lengths = schema.IsRagged ? [] : null;
    private byte[] utf8 = [];
    private int[] starts = new int[1024];
    private int elements;

    internal override long Bytes => starts[elements] + (long)elements * sizeof(int);

    /// <summary>Adds a row to a column of lists; its elements are added next.</summary>
    internal void AddRow(int elementCount)
    {
        lengths!.Add(elementCount);
        RowCount++;
    }

    /// <summary>Adds one element; a row of fixed length is complete after its last element.</summary>
    internal void Add(ReadOnlySpan<byte> utf8)
    {
        int start = starts[elements];
        int end = checked(start + utf8.Length);
        if (end > this.utf8.Length)
            Array.Resize(ref this.utf8, (int)Math.Min(Array.MaxLength, Math.Max(end, Math.Max(4096, 2L * this.utf8.Length))));
        utf8.CopyTo(this.utf8.AsSpan(start));
        if (++elements == starts.Length)
            Array.Resize(ref starts, 2 * starts.Length);
        starts[elements] = end;
        if (lengths is null && (elementsPerRow == 1 || elements % elementsPerRow == 0))
            RowCount++;
    }

    internal override void AddNull()
    {
        FlagNull(RowCount);
        if (lengths is not null)
            AddRow(0);
        for (int i = 0; i < elementsPerRow; i++)
            Add([]);
    }

    internal override bool TryAddText(ReadOnlySpan<byte> utf8)
    {
        Add(utf8);
        return true;
    }

    internal override ColumnData Take()
    {
        ReadOnlyMemory<bool> isNull = TakeNulls(RowCount);
        ReadOnlyMemory<byte> filled = utf8.AsMemory(0, starts[elements]);
        ReadOnlyMemory<int> ends = starts.AsMemory(0, elements + 1);
        TextColumnData data = lengths is null ? new(Schema, filled, ends, isNull) : new(Schema, filled, ends, [.. lengths], isNull);
        utf8 = GC.AllocateUninitializedArray<byte>(starts[elements]);
        starts = new int[elements + 1];
        (elements, RowCount) = (0, 0);
        lengths?.Clear();
        if (starts.Length < 2)
            starts = new int[2];
        return data;
    }
}
