using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pile.Fits;

/// <content>Reads numbers of ASCII tables.</content>
/// <remarks>cfitsio accumulates digits in float64, so that its last digits may differ, and finds a TNULL only at the begin of a
/// field.</remarks>
internal sealed partial class FitsTable
{
    private const int LongestNumber = 128;

    private void ReadAsciiNumbers<T>(FitsColumn column, long firstRow, Span<T> destination, Span<bool> isNull) where T : unmanaged
    {
        byte[]? missing = column.NullText is { } text ? Encoding.ASCII.GetBytes(text.Trim()) : null;
        for (int i = 0; i < destination.Length; i++)
        {
            ReadOnlySpan<byte> field = RowText(column, firstRow + i, destination.Length - i);
            bool isMissing = missing is not null && field.Trim((byte)' ').SequenceEqual(missing);
            if (!isNull.IsEmpty)
                isNull[i] = isMissing;
            bool isNumber = TryParse(column, field, out destination[i]);
            if (isMissing && typeof(T) == typeof(double))
                destination[i] = (T)(object)double.NaN;
            else if (!isMissing && !isNumber)
                throw Invalid<T>(column, firstRow + i, Encoding.Latin1.GetString(field));
        }
    }

    private FitsException Invalid<T>(FitsColumn column, long row, string text)
    {
        string expected = typeof(T) == typeof(double) ? "a number" : $"an integer of {8 * Unsafe.SizeOf<T>()} bits";
        return new(hdu.Header.Path, hdu.Header.Hdu, $"column {column}, row {row}: '{text}' is not {expected}.")
        { Field = new(row, text, expected) };
    }

    /// <summary>Parses a field. Blanks are no part of a number, and a field of blanks is 0 (FITS 4.0 §7.2.5).</summary>
    private static bool TryParse<T>(FitsColumn column, ReadOnlySpan<byte> field, out T value) where T : unmanaged
    {
        Span<byte> number = stackalloc byte[LongestNumber];
        int length = 0, exponent = -1;
        bool hasPoint = false;
        value = default;
        foreach (byte character in field)
        {
            if (character == ' ')
                continue;
            if (length == LongestNumber)
                return false;
            bool isExponent = character is (byte)'D' or (byte)'d' or (byte)'E' or (byte)'e';
            if (isExponent)
                exponent = length;
            hasPoint |= character == '.';
            number[length++] = isExponent ? (byte)'E' : character;
        }
        number = number[..length];
        if (number.IsEmpty)
            return TryConvert(column.Zero, out value);
        if (typeof(T) == typeof(double) && NotFinite(number) is { } special)
        {
            value = (T)(object)special;
            return true;
        }
        if (typeof(T) != typeof(double)
            && long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return TryConvert(whole, out value);
        return TryParse(number, exponent, hasPoint ? 0 : column.Decimals, out double real)
            && TryConvert(column.IsScaled ? (real * column.Scale) + column.Zero : real, out value);
    }

    /// <summary>NaN and infinite numbers. The standard has none in ASCII tables, but writers such as astropy store them as these words.
    /// </summary>
    private static double? NotFinite(ReadOnlySpan<byte> number)
    {
        bool isNegative = number[0] == '-';
        ReadOnlySpan<byte> word = isNegative || number[0] == '+' ? number[1..] : number;
        if (Ascii.EqualsIgnoreCase(word, "NAN"u8))
            return double.NaN;
        return Ascii.EqualsIgnoreCase(word, "INF"u8) ? isNegative ? double.NegativeInfinity : double.PositiveInfinity : null;
    }

    /// <summary>Parses a number. If it has no point, its last digits are decimals, as the format of the column has them.</summary>
    private static bool TryParse(ReadOnlySpan<byte> number, int exponent, int decimals, out double value)
    {
        const NumberStyles style = NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite);
        if (decimals == 0)
            return double.TryParse(number, style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        int power = 0;
        value = 0;
        if (exponent >= 0
            && !int.TryParse(number[(exponent + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power))
            return false;
        string shifted = string.Create(CultureInfo.InvariantCulture,
            $"{Encoding.ASCII.GetString(exponent < 0 ? number : number[..exponent])}E{(long)power - decimals}");
        return double.TryParse(shifted, style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    private static bool TryConvert<T>(long whole, out T value) where T : unmanaged
    {
        bool isExact = typeof(T) == typeof(long) || whole == (int)whole;
        value = typeof(T) == typeof(long) ? (T)(object)whole : (T)(object)(int)whole;
        return isExact;
    }

    // An integer may be written as 12.0.
    private static bool TryConvert<T>(double real, out T value) where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            value = (T)(object)real;
            return true;
        }
        const double Exact = 1L << 53;
        value = default;
        return Math.Abs(real) <= Exact && real == Math.Floor(real) && TryConvert((long)real, out value);
    }
}
