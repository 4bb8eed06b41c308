using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Pile.Format;

/// <summary>Writes floats as JSON numbers that readers do not take for integers, as Python does: <c>1.0</c>, <c>-0.0</c>.</summary>
/// <remarks>But for the <c>.0</c>, numbers are written as .NET writes them. Its text of some powers of two is that of the number below
/// (4.104536801298376E-289); this one is read back exactly.</remarks>
internal static class JsonFloat
{
    /// <summary>The maximum length of a number.</summary>
    internal const int LongestBytes = 32;

    private const ulong EightDigits = 100_000_000;

    /// <summary>Formats a finite number in the shortest form that can be read back exactly.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <returns>The number of bytes.</returns>
    internal static int Format<T>(T value, Span<byte> to) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isFloat = typeof(T) == typeof(float);
        int precision = isFloat ? 9 : 17, sign = 0;
        if (T.IsNegative(value))
        {
            to[0] = (byte)'-';
            (value, sign) = (-value, 1);
            to = to[1..];
        }
        double number = double.CreateTruncating(value);
        if (number <= (isFloat ? 1 << 24 : 1L << 53) && Math.Truncate(number) == number)
        {
            ((ulong)number).TryFormat(to, out int length, default, CultureInfo.InvariantCulture);
            ".0"u8.CopyTo(to[length..]);
            return sign + length + 2;
        }
        (ulong digits, int exponent) = isFloat ? ShortestDecimal.Of((float)number) : ShortestDecimal.Of(number);
        return sign + Format(WithoutZeros(digits, ref exponent), exponent, precision, to);
    }

    /// <summary>Writes a finite number.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    internal static void WriteFinite<T>(this Utf8JsonWriter json, T value) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<byte> text = stackalloc byte[LongestBytes];
        json.WriteRawValue(text[..Format(value, text)], skipInputValidation: true);
    }

    /// <summary>Writes a number, NaN as null, and infinite numbers as the texts "Infinity" and "-Infinity": JSON has neither, and null
    /// would lose the value.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    internal static void WriteNumber<T>(this Utf8JsonWriter json, T value) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (T.IsFinite(value))
            json.WriteFinite(value);
        else
            json.WriteNotFinite(double.CreateTruncating(value));
    }

    /// <summary>Writes NaN as null, and an infinite number as text.</summary>
    internal static void WriteNotFinite(this Utf8JsonWriter json, double value)
    {
        if (double.IsNaN(value))
            json.WriteNullValue();
        else
            json.WriteStringValue(value > 0 ? "Infinity" : "-Infinity");
    }

    // digits × 10^exponent; with an exponent if there were more digits before the point than the type can have, or many zeros behind it.
    private static int Format(ulong digits, int exponent, int precision, Span<byte> to)
    {
        int count = WriteDigits(digits, to[1..]);
        int beforePoint = count + exponent;
        if (beforePoint > Math.Max(count, precision) || beforePoint < -3)
        {
            int length = PutPoint(to, count, 1);
            if (count == 1)
                length = 1; // 1E-05
            to[length++] = (byte)'E';
            to[length++] = (byte)(beforePoint > 0 ? '+' : '-');
            Math.Abs(beforePoint - 1).TryFormat(to[length..], out int written, "00", CultureInfo.InvariantCulture);
            return length + written;
        }
        if (beforePoint > 0)
        {
            if (exponent > 0)
                to[(count + 1)..(beforePoint + 1)].Fill((byte)'0');
            return PutPoint(to, Math.Max(count, beforePoint), beforePoint);
        }
        to[1..(count + 1)].CopyTo(to[(2 - beforePoint)..]);
        to[..(2 - beforePoint)].Fill((byte)'0');
        to[1] = (byte)'.';
        return 2 - beforePoint + count;
    }

    // The formatter of .NET 10 divides once for every two digits, one after the other.
    private static int WriteDigits(ulong digits, Span<byte> to)
    {
        if (digits < EightDigits)
        {
            digits.TryFormat(to, out int few, default, CultureInfo.InvariantCulture);
            return few;
        }
        ulong above = digits / EightDigits;
        int count = WriteDigits(above, to);
        BinaryPrimitives.WriteUInt64LittleEndian(to[count..], Ascii((uint)(digits - above * EightDigits)));
        return count + 8;
    }

    // Divides by ten thousand, then two numbers at once by a hundred, then four by ten: each product with a scaled inverse is exact there.
    private static ulong Ascii(uint eightDigits)
    {
        ulong upper = eightDigits / 10_000, parts = upper | (eightDigits - upper * 10_000) << 32;
        ulong hundreds = (parts * 10_486 >> 20) & 0x7F_0000_007F;
        parts = hundreds | (parts - hundreds * 100) << 16;
        ulong tens = (parts * 103 >> 10) & 0x000F_000F_000F_000F;
        return (tens | (parts - tens * 10) << 8) + 0x3030_3030_3030_3030;
    }

    // Digits begin at 1: moves those before the point to 0, and writes the point, and a zero if nothing follows it.
    private static int PutPoint(Span<byte> to, int count, int beforePoint)
    {
        to[1..(beforePoint + 1)].CopyTo(to);
        to[beforePoint] = (byte)'.';
        if (count > beforePoint)
            return count + 1;
        to[beforePoint + 1] = (byte)'0';
        return beforePoint + 2;
    }

    // A multiple of 100 times the inverse of 25 modulo 2^64, rotated by two bits, is its hundredth; other numbers become larger than any
    // hundredth. The same for 10.
    private static ulong WithoutZeros(ulong digits, ref int exponent)
    {
        while (BitOperations.RotateRight(digits * 0x8F5C28F5C28F5C29, 2) is <= ulong.MaxValue / 100 and var hundredth)
        {
            digits = hundredth;
            exponent += 2;
        }
        ulong tenth = BitOperations.RotateRight(digits * 0xCCCCCCCCCCCCCCCD, 1);
        if (tenth > ulong.MaxValue / 10)
            return digits;
        exponent++;
        return tenth;
    }
}
