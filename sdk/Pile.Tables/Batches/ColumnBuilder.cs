using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Tables.Batches;

/// <summary>Gathers the values of one column, row by row, until a batch is full.</summary>
internal abstract class ColumnBuilder(ColumnSchema schema)
{
    private bool[] _isNull = [];
    private bool _hasNull;

    internal ColumnSchema Schema => schema;

    /// <summary>Whole rows gathered.</summary>
    internal int RowCount { get; private protected set; }

    /// <summary>Bytes gathered.</summary>
    internal abstract long Bytes { get; }

    /// <summary>A builder of the column's dtype.</summary>
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

    /// <summary>Adds a row without a value: zeros (NaN of floats, an empty text) flagged as null.</summary>
    internal abstract void AddNull();

    /// <summary>Adds a row out of the text of one value.</summary>
    /// <returns>False, with nothing added, when the text is none of a value of the column's dtype.</returns>
    internal abstract bool TryAddText(ReadOnlySpan<byte> utf8);

    /// <summary>Hands over what was gathered and begins anew.</summary>
    internal abstract ColumnData Take();

    /// <summary>Flags a row already added, or the next one, as null.</summary>
    internal void FlagNull(int row)
    {
        if (row >= _isNull.Length)
            Array.Resize(ref _isNull, Math.Max(row + 1, Math.Max(1024, 2 * _isNull.Length)));
        _isNull[row] = _hasNull = true;
    }

    private protected ReadOnlyMemory<bool> TakeNulls(int rowCount)
    {
        if (!_hasNull)
            return default;
        if (_isNull.Length < rowCount)
            Array.Resize(ref _isNull, rowCount);
        ReadOnlyMemory<bool> taken = _isNull.AsMemory(0, rowCount);
        (_isNull, _hasNull) = ([], false);
        return taken;
    }
}

/// <summary>A column of numbers or booleans being gathered.</summary>
internal sealed class NumberColumnBuilder<T>(ColumnSchema schema) : ColumnBuilder(schema) where T : unmanaged
{
    private readonly int _elementsPerRow = schema.IsRagged ? 0 : schema.ElementsPerRow;
    private readonly List<int>? _shapes = schema.IsRagged ? [] : null;
    private T[] _values = [];
    private int _count;

    internal override long Bytes => (long)_count * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();

    /// <summary>Adds a row of one value.</summary>
    internal void Add(T value)
    {
        if (_count == _values.Length)
            Grow(1);
        _values[_count++] = value;
        RowCount++;
    }

    /// <summary>Adds rows of the schema's shape.</summary>
    /// <returns>Where their values go, row-major.</returns>
    internal Span<T> AddRows(int rowCount)
    {
        RowCount += rowCount;
        return Claim(checked(rowCount * _elementsPerRow));
    }

    /// <summary>Adds a row of its own shape to a ragged column.</summary>
    /// <returns>Where its values go, row-major.</returns>
    internal Span<T> AddRow(ReadOnlySpan<int> shape)
    {
        int elements = 1;
        foreach (int length in shape)
        {
            elements = checked(elements * length);
            _shapes!.Add(length);
        }
        RowCount++;
        return Claim(elements);
    }

    internal override void AddNull()
    {
        FlagNull(RowCount);
        Span<T> row;
        if (_shapes is null)
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
        ReadOnlyMemory<T> values = _values.AsMemory(0, _count);
        ColumnData<T> data = _shapes is null ? new(Schema, values, RowCount, isNull) : new(Schema, values, [.. _shapes], isNull);
        _values = new T[_count];
        (_count, RowCount) = (0, 0);
        _shapes?.Clear();
        return data;
    }

    private Span<T> Claim(int count)
    {
        if (_values.Length - _count < count)
            Grow(count);
        Span<T> claimed = _values.AsSpan(_count, count);
        _count += count;
        return claimed;
    }

    private void Grow(int count) => Array.Resize(ref _values, (int)Math.Min(Array.MaxLength, Math.Max(checked((long)_count + count), Math.Max(1024, 2L * _values.Length))));
}

/// <summary>A column of text being gathered.</summary>
internal sealed class TextColumnBuilder(ColumnSchema schema) : ColumnBuilder(schema)
{
    private readonly int _elementsPerRow = schema.ElementsPerRow;
    private byte[] _utf8 = [];
    private int[] _starts = new int[1024];
    private int _elements;

    internal override long Bytes => _starts[_elements] + (long)_elements * sizeof(int);

    /// <summary>Adds one element; a row is complete with its last.</summary>
    internal void Add(ReadOnlySpan<byte> utf8)
    {
        int start = _starts[_elements];
        int end = checked(start + utf8.Length);
        if (end > _utf8.Length)
            Array.Resize(ref _utf8, (int)Math.Min(Array.MaxLength, Math.Max(end, Math.Max(4096, 2L * _utf8.Length))));
        utf8.CopyTo(_utf8.AsSpan(start));
        if (++_elements == _starts.Length)
            Array.Resize(ref _starts, 2 * _starts.Length);
        _starts[_elements] = end;
        if (_elementsPerRow == 1 || _elements % _elementsPerRow == 0)
            RowCount++;
    }

    internal override void AddNull()
    {
        FlagNull(RowCount);
        for (int i = 0; i < _elementsPerRow; i++)
            Add([]);
    }

    internal override bool TryAddText(ReadOnlySpan<byte> utf8)
    {
        Add(utf8);
        return true;
    }

    internal override ColumnData Take()
    {
        TextColumnData data = new(Schema, _utf8.AsMemory(0, _starts[_elements]), _starts.AsMemory(0, _elements + 1), TakeNulls(RowCount));
        _utf8 = new byte[_starts[_elements]];
        _starts = new int[_elements + 1];
        (_elements, RowCount) = (0, 0);
        if (_starts.Length < 2)
            _starts = new int[2];
        return data;
    }
}
