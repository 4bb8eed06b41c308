using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pile.Tables.Batches;

/// <summary>Parses the text of a value, exactly or not at all.</summary>
internal static class CellText
{
    /// <summary>Parses a value: decimal integers, decimal floats (nan and inf in any case), true and false.</summary>
    /// <returns>False if the text is not such a value, or is outside the type's range.</returns>
    internal static bool TryParse<T>(ReadOnlySpan<byte> utf8, out T value) where T : unmanaged
    {
        Unsafe.SkipInit(out value);
        if (typeof(T) == typeof(double))
            return TryFloat(utf8, out Unsafe.As<T, double>(ref value));
        if (typeof(T) == typeof(float))
            return TryFloat(utf8, out Unsafe.As<T, float>(ref value));
        if (typeof(T) == typeof(long))
            return TryInteger(utf8, out Unsafe.As<T, long>(ref value));
        if (typeof(T) == typeof(int))
            return TryInteger(utf8, out Unsafe.As<T, int>(ref value));
        if (typeof(T) == typeof(short))
            return TryInteger(utf8, out Unsafe.As<T, short>(ref value));
        if (typeof(T) == typeof(byte))
            return TryInteger(utf8, out Unsafe.As<T, byte>(ref value));
        if (typeof(T) == typeof(bool))
            return TryBool(utf8, out Unsafe.As<T, bool>(ref value));
        if (typeof(T) == typeof(ulong))
            return TryInteger(utf8, out Unsafe.As<T, ulong>(ref value));
        if (typeof(T) == typeof(uint))
            return TryInteger(utf8, out Unsafe.As<T, uint>(ref value));
        if (typeof(T) == typeof(ushort))
            return TryInteger(utf8, out Unsafe.As<T, ushort>(ref value));
        return typeof(T) == typeof(sbyte) ? TryInteger(utf8, out Unsafe.As<T, sbyte>(ref value))
            : throw new NotSupportedException($"Unexpected type {typeof(T).Name}.");
    }

    /// <summary>Parses <c>true</c> or <c>false</c>, in any case.</summary>
    internal static bool TryBool(ReadOnlySpan<byte> utf8, out bool value)
    {
        value = Ascii.EqualsIgnoreCase(utf8, "true"u8);
        return value || Ascii.EqualsIgnoreCase(utf8, "false"u8);
    }

    private static bool TryInteger<T>(ReadOnlySpan<byte> utf8, out T value) where T : struct, IBinaryInteger<T> =>
        T.TryParse(utf8, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool TryFloat<T>(ReadOnlySpan<byte> utf8, out T value) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        // A number outside the range is parsed as infinity, which is rejected unless the text itself is infinity.
        if (T.TryParse(utf8, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out value) && utf8[^1] is (>= (byte)'0' and <= (byte)'9') or (byte)'.')
            return !T.IsInfinity(value);
        ReadOnlySpan<byte> word = utf8 is [(byte)'+' or (byte)'-', ..] ? utf8[1..] : utf8;
        if (Ascii.EqualsIgnoreCase(word, "nan"u8))
            value = T.NaN;
        else if (Ascii.EqualsIgnoreCase(word, "inf"u8) || Ascii.EqualsIgnoreCase(word, "infinity"u8))
            value = utf8[0] == (byte)'-' ? T.NegativeInfinity : T.PositiveInfinity;
        else
            return false;
        return true;
    }
}
