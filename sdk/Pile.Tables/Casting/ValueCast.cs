using System.Globalization;
using System.Numerics;
using System.Text;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Text;

namespace Pile.Tables;

/// <summary>Converts the values of a column to another dtype.</summary>
internal static class ValueCast
{
    private enum Outcome
    {
        Converted,
        Missing,
        Bad,
    }

    /// <summary>Converts a column of any shape.</summary>
    /// <param name="column">The values.</param>
    /// <param name="target">The schema to convert to, of the same shape.</param>
    /// <param name="onBad">Called with the row and the text of a value that cannot be converted; the row is then null.</param>
    internal static ColumnData To(ColumnData column, ColumnSchema target, Action<int, string> onBad) => target.DType switch
    {
        DType.Bool => Fill<bool>(column, target, onBad, TryBool),
        DType.Int8 => Fill<sbyte>(column, target, onBad, TryInteger),
        DType.UInt8 => Fill<byte>(column, target, onBad, TryInteger),
        DType.Int16 => Fill<short>(column, target, onBad, TryInteger),
        DType.UInt16 => Fill<ushort>(column, target, onBad, TryInteger),
        DType.Int32 => Fill<int>(column, target, onBad, TryInteger),
        DType.UInt32 => Fill<uint>(column, target, onBad, TryInteger),
        DType.Int64 => Fill<long>(column, target, onBad, TryInteger),
        DType.UInt64 => Fill<ulong>(column, target, onBad, TryInteger),
        DType.Float32 => Fill<float>(column, target, onBad, TryFloat),
        DType.Float64 => Fill<double>(column, target, onBad, TryFloat),
        _ => Texts(column, target),
    };

    private delegate Outcome Conversion<T>(CastElement element, out T value);

    private static ColumnData<T> Fill<T>(ColumnData column, ColumnSchema target, Action<int, string> onBad, Conversion<T> convert)
        where T : unmanaged
    {
        bool[]? isNull = column.IsNull.IsEmpty ? null : column.IsNull.ToArray();
        int[] counts = [.. Enumerable.Range(0, column.RowCount).Select(row => CountOf(column, row))];
        T[] values = new T[counts.Sum()];
        for (int row = 0, i = 0; row < counts.Length; row++)
        {
            bool wasNull = isNull?[row] ?? false, isBad = false;
            for (int element = 0; element < counts[row]; element++, i++)
            {
                Outcome outcome = wasNull ? Outcome.Missing : convert(CastElement.Of(column, row, element), out values[i]);
                if (outcome is Outcome.Missing && target.DType.IsFloat())
                    values[i] = NaN<T>();
                if (outcome is Outcome.Bad || (outcome is Outcome.Missing && !wasNull && !target.IsScalar && !target.DType.IsFloat()))
                    isBad = true;
                if (isBad || (outcome is Outcome.Missing && target.IsScalar))
                    (isNull ??= new bool[counts.Length])[row] = true;
                if (isBad)
                {
                    onBad(row, CastElement.Of(column, row, element).ToText(column.Schema.DType));
                    i += counts[row] - element;
                    break;
                }
            }
        }
        return target.IsRagged
            ? new ColumnData<T>(target, values,
                [.. Enumerable.Range(0, counts.Length).SelectMany(row => column.ShapeOf(row).ToArray())], isNull)
            : new ColumnData<T>(target, values, counts.Length, isNull);
    }

    private static TextColumnData Texts(ColumnData column, ColumnSchema target)
    {
        int[] counts = [.. Enumerable.Range(0, column.RowCount).Select(row => CountOf(column, row))];
        List<string> texts = [];
        for (int row = 0; row < counts.Length; row++)
            for (int element = 0; element < counts[row]; element++)
                texts.Add(column.IsNullAt(row) ? "" : CastElement.Of(column, row, element).ToText(column.Schema.DType));
        TextColumnData flat = TextColumnData.From(target with { Shape = [] }, texts);
        return target.IsRagged ? new TextColumnData(target, flat.Utf8, flat.Starts, counts, column.IsNull)
            : new TextColumnData(target, flat.Utf8, flat.Starts, column.IsNull);
    }

    private static int CountOf(ColumnData column, int row)
    {
        int count = 1;
        foreach (int length in column.ShapeOf(row))
            count *= length;
        return count;
    }

    private static Outcome TryBool(CastElement element, out bool value)
    {
        value = false;
        if (element.IsText)
        {
            if (element.Text.IsEmpty)
                return Outcome.Missing;
            value = IsWord(element.Text, "true"u8, "t"u8, "yes"u8, "y"u8);
            if (value || IsWord(element.Text, "false"u8, "f"u8, "no"u8, "n"u8))
                return Outcome.Converted;
            // Also 1.0, as in a column of numbers alone.
            if (!CellText.TryParse(element.Text, out double number))
                return IsMissing(element.Text) ? Outcome.Missing : Outcome.Bad;
            value = number == 1;
            return double.IsNaN(number) ? Outcome.Missing : value || number == 0 ? Outcome.Converted : Outcome.Bad;
        }
        if (element.IsFloat && double.IsNaN(element.Float))
            return Outcome.Missing;
        value = element.IsFloat ? element.Float == 1 : element.Integer == 1;
        return value || (element.IsFloat ? element.Float == 0 : element.Integer == 0) ? Outcome.Converted : Outcome.Bad;
    }

    private static bool IsWord(ReadOnlySpan<byte> text, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c,
        ReadOnlySpan<byte> d) =>
        Ascii.EqualsIgnoreCase(text, a) || Ascii.EqualsIgnoreCase(text, b) || Ascii.EqualsIgnoreCase(text, c)
            || Ascii.EqualsIgnoreCase(text, d);

    private static Outcome TryInteger<T>(CastElement element, out T value) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        value = default;
        Int128 integer = element.Integer;
        if (element.IsText)
        {
            if (element.Text.IsEmpty)
                return Outcome.Missing;
            // Also 3.00 and 1e3, but not through a float, which would round large integers.
            if (!Int128.TryParse(element.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture, out integer))
                return IsMissing(element.Text) ? Outcome.Missing : Outcome.Bad;
        }
        else if (element.IsFloat && FromFloat(element.Float, out integer) is var outcome && outcome is not Outcome.Converted)
            return outcome;
        if (integer < Int128.CreateChecked(T.MinValue) || integer > Int128.CreateChecked(T.MaxValue))
            return Outcome.Bad;
        value = T.CreateTruncating(integer);
        return Outcome.Converted;
    }

    private static bool IsMissing(ReadOnlySpan<byte> text) =>
        TextColumnProfile.IsNullWord(text) || (CellText.TryParse(text, out double number) && double.IsNaN(number));

    private static Outcome FromFloat(double number, out Int128 integer)
    {
        integer = 0;
        if (double.IsNaN(number))
            return Outcome.Missing;
        if (Math.Floor(number) != number || Math.Abs(number) > 1e30)
            return Outcome.Bad;
        integer = (Int128)number;
        return Outcome.Converted;
    }

    private static Outcome TryFloat<T>(CastElement element, out T value) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        value = T.NaN;
        if (element.IsText)
            return element.Text.IsEmpty ? Outcome.Missing : CellText.TryParse(element.Text, out value) ? Outcome.Converted : Outcome.Bad;
        value = element.IsFloat ? T.CreateTruncating(element.Float) : T.CreateTruncating(element.Integer);
        if (element.IsFloat)
            return T.IsInfinity(value) && double.IsFinite(element.Float) ? Outcome.Bad : Outcome.Converted;
        return Int128.CreateSaturating(value) == element.Integer ? Outcome.Converted : Outcome.Bad;
    }

    private static T NaN<T>() where T : unmanaged => typeof(T) == typeof(double) ? (T)(object)double.NaN
        : typeof(T) == typeof(float) ? (T)(object)float.NaN : default;
}
