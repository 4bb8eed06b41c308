using System.Globalization;
using System.Text;
using Pile.Format;

namespace Pile.Tables;

/// <summary>One element of a column: an integer (booleans are 0 or 1), a float, or text.</summary>
internal readonly ref struct CastElement
{
    private CastElement(Int128 integer) => (Integer, IsInteger) = (integer, true);

    private CastElement(double number) => (Float, IsFloat) = (number, true);

    private CastElement(ReadOnlySpan<byte> text) => Text = text;

    internal bool IsInteger { get; }

    internal bool IsFloat { get; }

    internal bool IsText => !IsInteger && !IsFloat;

    internal Int128 Integer { get; }

    internal double Float { get; }

    internal ReadOnlySpan<byte> Text { get; }

    internal static CastElement Of(ColumnData column, int row, int element) => column switch
    {
        TextColumnData c => new(c.Element(row, element).Trim(" \t"u8)),
        ColumnData<double> c => new(c.Row(row)[element]),
        ColumnData<float> c => new((double)c.Row(row)[element]),
        ColumnData<bool> c => new((Int128)(c.Row(row)[element] ? 1 : 0)),
        ColumnData<sbyte> c => new((Int128)c.Row(row)[element]),
        ColumnData<byte> c => new((Int128)c.Row(row)[element]),
        ColumnData<short> c => new((Int128)c.Row(row)[element]),
        ColumnData<ushort> c => new((Int128)c.Row(row)[element]),
        ColumnData<int> c => new((Int128)c.Row(row)[element]),
        ColumnData<uint> c => new((Int128)c.Row(row)[element]),
        ColumnData<long> c => new((Int128)c.Row(row)[element]),
        ColumnData<ulong> c => new((Int128)c.Row(row)[element]),
        _ => throw new NotSupportedException($"Unexpected column type {column.GetType().Name}."),
    };

    /// <summary>Returns the element as text; a float32 with the digits of its own precision.</summary>
    internal string ToText(DType type) => IsText ? Encoding.UTF8.GetString(Text)
        : IsFloat ? type is DType.Float32 ? ((float)Float).ToString("R", CultureInfo.InvariantCulture)
            : Float.ToString("R", CultureInfo.InvariantCulture)
        : type is DType.Bool ? Integer == 0 ? "false" : "true"
        : Integer.ToString(CultureInfo.InvariantCulture);
}
