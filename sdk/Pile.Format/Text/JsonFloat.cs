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

    // digits × 10^exponent; with an exponent if there were more digits before the point than the type can have, or many zeros behind it.
    private static int Format(ulong digits, int exponent, int precision, Span<byte> to)
    {
        digits.TryFormat(to[1..], out int count, default, CultureInfo.InvariantCulture);
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
