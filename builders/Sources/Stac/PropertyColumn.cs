using System.Runtime.InteropServices;
using System.Text.Json;
using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The values of one property of the scenes of a batch.</summary>
/// <param name="isText">True to keep every value as text.</param>
/// <param name="memory">The memory of the columns.</param>
internal sealed class PropertyColumn(bool isText, ColumnMemory memory)
{
    private readonly List<PropertyKinds> rows = [];
    private readonly List<long> bits = []; // an integer, or the bits of a float64
    private readonly TextValues texts = new(memory);

    /// <summary>The kinds of all values.</summary>
    internal PropertyKinds Kinds { get; private set; }

    /// <summary>The number of bytes of the longest text.</summary>
    internal int LongestText { get; private set; }

    /// <summary>Sets the value of a row; rows are set in their order, and those in between have no value.</summary>
    internal void Add(int row, in JsonValue value)
    {
        if (value.Kind is JsonValueKind.Null or JsonValueKind.Undefined || row < rows.Count)
            return; // of a repeated member the first one counts
        PadTo(row);
        long number = 0;
        PropertyKinds kind = isText ? PropertyKinds.Text : KindOf(value, out number);
        if (kind is PropertyKinds.Text)
        {
            texts.PadTo(row);
            LongestText = Math.Max(LongestText, texts.Add(value));
        }
        rows.Add(kind);
        bits.Add(number);
        Kinds |= kind;
    }

    /// <summary>Returns the column.</summary>
    /// <param name="schema">Name and dtype; the dtype represents all kinds of the values.</param>
    /// <param name="rowCount">The number of rows.</param>
    internal ColumnData ToColumn(ColumnSchema schema, int rowCount)
    {
        PadTo(rowCount);
        texts.PadTo(rowCount);
        bool[] isNull = [.. rows.Select(kind => kind is PropertyKinds.None)];
        ReadOnlyMemory<bool> nulls = isNull.Contains(true) ? isNull : default(ReadOnlyMemory<bool>);
        ReadOnlySpan<long> numbers = CollectionsMarshal.AsSpan(bits);
        switch (schema.DType)
        {
            case DType.String:
                return texts.ToColumn(schema, nulls);
            case DType.Bool:
                return new ColumnData<bool>(schema, bits.Select(b => b != 0).ToArray(), nulls);
            case DType.Int32:
                return new ColumnData<int>(schema, bits.Select(b => (int)b).ToArray(), nulls);
            case DType.Int64:
                return new ColumnData<long>(schema, numbers.ToArray(), nulls);
            default:
                double[] values = new double[numbers.Length];
                for (int i = 0; i < values.Length; i++)
                    values[i] = rows[i] is PropertyKinds.Float ? BitConverter.Int64BitsToDouble(numbers[i]) : numbers[i];
                return new ColumnData<double>(schema, values, nulls);
        }
    }

    private void PadTo(int row)
    {
        while (rows.Count < row)
        {
            rows.Add(PropertyKinds.None);
            bits.Add(0);
        }
    }

    // A number that float64 does not have is text: one that is too large, or an integer with more digits than int64 has.
    private static PropertyKinds KindOf(in JsonValue value, out long number)
    {
        number = 0;
        switch (value.Kind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                number = value.Kind is JsonValueKind.True ? 1 : 0;
                return PropertyKinds.Bool;
            case JsonValueKind.Number when value.AsInt64() is { } integer:
                number = integer;
                return integer is >= int.MinValue and <= int.MaxValue ? PropertyKinds.Int32 : PropertyKinds.Int64;
            case JsonValueKind.Number when value.Json.Span.IndexOfAny(".eE"u8) >= 0 && value.AsDouble() is { } real:
                number = BitConverter.DoubleToInt64Bits(real);
                return PropertyKinds.Float;
            case JsonValueKind.String when value.AsSpecialNumber() is { } special:
                number = BitConverter.DoubleToInt64Bits(special);
                return PropertyKinds.Float;
            default:
                return PropertyKinds.Text;
        }
    }
}
