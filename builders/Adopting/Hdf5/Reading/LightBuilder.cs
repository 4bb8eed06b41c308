using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Pile.Format;

namespace Pile.Adopting;

/// <summary>Collects the values of one light column.</summary>
internal sealed class LightBuilder(PlannedColumn plan)
{
    private readonly ColumnSchema schema = plan.Input;
    private readonly List<bool> nulls = [];
    private readonly List<int> lengths = [];
    private readonly List<int> starts = [0];
    private readonly SortedDictionary<int, string> textsWithNul = [];
    private byte[] bytes = [];
    private int used, latinTexts;
    private bool hasNulls;

    /// <summary>The name in the files.</summary>
    internal string Name => plan.SourceName;

    /// <summary>The number of rows so far.</summary>
    internal int RowCount => nulls.Count;

    /// <summary>The size of the values so far.</summary>
    internal int Bytes => used;

    /// <summary>Returns the number of texts since the last call that were not UTF-8 and were read as Latin-1.</summary>
    internal int TakeLatinTexts()
    {
        int count = latinTexts;
        latinTexts = 0;
        return count;
    }

    /// <summary>Returns the rows whose texts contain a NUL that is no padding, since the last call, each with its first text.</summary>
    internal KeyValuePair<int, string>[] TakeTextsWithNul()
    {
        if (textsWithNul.Count is 0)
            return [];
        KeyValuePair<int, string>[] found = [.. textsWithNul];
        textsWithNul.Clear();
        return found;
    }

    /// <summary>Adds a row without a value.</summary>
    internal void AddNull()
    {
        (hasNulls, int elements) = (true, schema.IsRagged ? 0 : schema.ElementsPerRow);
        nulls.Add(true);
        if (schema.IsRagged)
            lengths.Add(0);
        if (schema.DType is DType.String)
            for (int i = 0; i < elements; i++)
                starts.Add(used);
        else
            Reserve(elements * schema.DType.ElementBytes()).Clear();
    }

    /// <summary>Adds rows of fixed-size elements.</summary>
    /// <param name="type">Their type in the file.</param>
    /// <param name="stored">The elements of all rows as stored; changed in place.</param>
    /// <param name="rowCount">The number of rows.</param>
    internal void Add(FieldType type, Span<byte> stored, int rowCount)
    {
        int elements = type.Element.Bytes is 0 ? 0 : stored.Length / type.Element.Bytes;
        AddRows(rowCount, elements);
        if (schema.DType is not DType.String)
        {
            ElementConversion.Convert(type, schema.DType, stored, Reserve(elements * schema.DType.ElementBytes()));
            return;
        }
        for (int i = 0; i < elements; i++)
        {
            Span<byte> text = stored.Slice(i * type.Element.Bytes, type.Element.Bytes);
            text = type.Element.IsTerminated ? UpToNul(text)
                : (type.Element.Padding is ' ' ? text.TrimEnd((byte)' ') : text).TrimEnd((byte)0);
            if (text.Contains((byte)0))
                textsWithNul.TryAdd(nulls.Count - rowCount + (i / (elements / rowCount)), Encoding.UTF8.GetString(text));
            AddText(text);
        }
    }

    /// <summary>Adds rows of texts of variable length.</summary>
    internal void Add(ReadOnlySpan<ReadOnlyMemory<byte>> texts, int rowCount)
    {
        AddRows(rowCount, texts.Length);
        foreach (ReadOnlyMemory<byte> text in texts)
            AddText(UpToNul(text.Span));
    }

    /// <summary>Makes values of the last rows missing: a row without any other value is null, and single elements of arrays of floats are
    /// NaN.</summary>
    /// <param name="isMissing">A byte for each element, which is not 0 if the element is missing.</param>
    /// <param name="rowCount">The number of the last rows.</param>
    internal void SetMissing(ReadOnlySpan<byte> isMissing, int rowCount)
    {
        int elements = rowCount is 0 ? 0 : isMissing.Length / rowCount;
        int size = schema.DType is DType.String ? 0 : schema.DType.ElementBytes();
        Span<byte> values = bytes.AsSpan(used - (isMissing.Length * size), isMissing.Length * size);
        for (int i = 0; i < isMissing.Length; i++)
            if (isMissing[i] is 0)
                continue;
            else if (schema.DType is DType.Float32)
                BinaryPrimitives.WriteSingleLittleEndian(values[(i * size)..], float.NaN);
            else if (schema.DType is DType.Float64)
                BinaryPrimitives.WriteDoubleLittleEndian(values[(i * size)..], double.NaN);
            else
                values.Slice(i * size, size).Clear();
        for (int row = 0; row < rowCount && elements > 0; row++)
            if (!isMissing.Slice(row * elements, elements).Contains((byte)0))
                nulls[nulls.Count - rowCount + row] = hasNulls = true;
    }

    /// <summary>Returns the rows so far, and starts again.</summary>
    internal ColumnData Take()
    {
        ReadOnlyMemory<bool> isNull = hasNulls ? nulls.ToArray() : default;
        int rows = nulls.Count;
        int[]? shapes = schema.IsRagged ? [.. lengths] : null;
        ReadOnlySpan<byte> values = bytes.AsSpan(0, used);
        ColumnData column = schema.DType switch
        {
            DType.String => Texts(values.ToArray(), isNull, shapes),
            DType.Bool => Numbers<bool>(values, rows, isNull, shapes),
            DType.Int8 => Numbers<sbyte>(values, rows, isNull, shapes),
            DType.UInt8 => Numbers<byte>(values, rows, isNull, shapes),
            DType.Int16 => Numbers<short>(values, rows, isNull, shapes),
            DType.UInt16 => Numbers<ushort>(values, rows, isNull, shapes),
            DType.Int32 => Numbers<int>(values, rows, isNull, shapes),
            DType.UInt32 => Numbers<uint>(values, rows, isNull, shapes),
            DType.Int64 => Numbers<long>(values, rows, isNull, shapes),
            DType.UInt64 => Numbers<ulong>(values, rows, isNull, shapes),
            DType.Float32 => Numbers<float>(values, rows, isNull, shapes),
            _ => Numbers<double>(values, rows, isNull, shapes),
        };
        nulls.Clear();
        lengths.Clear();
        starts.Clear();
        starts.Add(0);
        (used, hasNulls) = (0, false);
        return column;
    }

    private TextColumnData Texts(byte[] utf8, ReadOnlyMemory<bool> isNull, int[]? shapes) =>
        shapes is null ? new(schema, utf8, starts.ToArray(), isNull) : new(schema, utf8, starts.ToArray(), shapes, isNull);

    private ColumnData<T> Numbers<T>(ReadOnlySpan<byte> values, int rows, ReadOnlyMemory<bool> isNull, int[]? shapes) where T : unmanaged
    {
        T[] typed = MemoryMarshal.Cast<byte, T>(values).ToArray();
        return shapes is null ? new(schema, typed, rows, isNull) : new(schema, typed, shapes, isNull);
    }

    private void AddRows(int rowCount, int elements)
    {
        for (int row = 0; row < rowCount; row++)
            nulls.Add(false);
        if (schema.IsRagged)
            for (int row = 0; row < rowCount; row++)
                lengths.Add(elements / rowCount);
    }

    private static Span<byte> UpToNul(Span<byte> text) => text.IndexOf((byte)0) is >= 0 and var end ? text[..end] : text;

    private static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> text) => text.IndexOf((byte)0) is >= 0 and var end ? text[..end] : text;

    private void AddText(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
            text.CopyTo(Reserve(text.Length));
        else
        {
            latinTexts++;
            string latin = Encoding.Latin1.GetString(text);
            Encoding.UTF8.GetBytes(latin, Reserve(Encoding.UTF8.GetByteCount(latin)));
        }
        starts.Add(used);
    }

    private Span<byte> Reserve(int count)
    {
        int end = checked(used + count);
        if (end > bytes.Length)
            Array.Resize(ref bytes, Math.Max(end, (int)Math.Min(Array.MaxLength, 2L * bytes.Length)));
        Span<byte> reserved = bytes.AsSpan(used, count);
        used = end;
        return reserved;
    }
}
