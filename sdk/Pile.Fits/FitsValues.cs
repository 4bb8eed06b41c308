using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Pile.Fits;

/// <summary>Decodes a column's stored, big-endian bytes.</summary>
internal static class FitsValues
{
    /// <summary>Returns whether a type in memory represents every value of a column exactly.</summary>
    internal static bool CanReadAs<T>(FitsType type) => type switch
    {
        FitsType.Bit or FitsType.Bool => typeof(T) == typeof(bool),
        FitsType.UInt8 => typeof(T) == typeof(byte) || IsWide<T>(),
        FitsType.Int8 => typeof(T) == typeof(sbyte) || IsWide<T>(),
        FitsType.Int16 => typeof(T) == typeof(short) || IsWide<T>(),
        FitsType.UInt16 => typeof(T) == typeof(ushort) || IsWide<T>(),
        FitsType.Int32 => typeof(T) == typeof(int) || IsWide<T>(),
        FitsType.UInt32 => typeof(T) == typeof(uint) || IsWide<T>(),
        FitsType.Int64 => typeof(T) == typeof(long),
        FitsType.UInt64 => typeof(T) == typeof(ulong),
        FitsType.Float32 => typeof(T) == typeof(float) || typeof(T) == typeof(double),
        FitsType.Float64 => typeof(T) == typeof(double),
        _ => false,
    };

    /// <summary>Decodes in place values that have the size of the stored ones.</summary>
    internal static void DecodeInPlace(FitsFile file, FitsHdu hdu, FitsColumn column, long firstRow, Span<byte> bytes, Span<bool> isNull)
    {
        SwapBytes(bytes, column.Width);
        if (!isNull.IsEmpty)
            FindNulls(column, bytes, isNull);
        if (column.IsSignFlipped)
            FlipSigns(bytes, column.Width);
        if (column.Addend != 0)
            AddExactly(file, hdu, column, firstRow, MemoryMarshal.Cast<byte, long>(bytes));
    }

    /// <summary>Decodes values to another type: scaled, widened, or logical. The bytes are overwritten.</summary>
    internal static void Decode<T>(FitsFile file, FitsHdu hdu, FitsColumn column, long firstRow, Span<byte> bytes, Span<T> destination,
        Span<bool> isNull) where T : unmanaged
    {
        if (column.Type is FitsType.Bool)
        {
            DecodeLogicals(file, hdu, column, firstRow, bytes, MemoryMarshal.Cast<T, bool>(destination), isNull);
            return;
        }
        bool[]? ownNulls = isNull.IsEmpty && column.NullValue is not null && typeof(T) == typeof(double)
            ? new bool[destination.Length] : null;
        Span<bool> nulls = ownNulls ?? isNull;
        DecodeInPlace(file, hdu, column, firstRow, bytes, nulls);
        if (typeof(T) == typeof(double))
        {
            Span<double> reals = MemoryMarshal.Cast<T, double>(destination);
            Widen(column, bytes, reals);
            if (column.IsScaled)
                for (int i = 0; i < reals.Length; i++)
                    reals[i] = (reals[i] * column.Scale) + column.Zero;
            if (column.NullValue is not null)
                PutNaN(reals, nulls);
        }
        else if (typeof(T) == typeof(long))
            Widen(column, bytes, MemoryMarshal.Cast<T, long>(destination));
        else
            bytes.CopyTo(MemoryMarshal.AsBytes(destination));
    }

    /// <summary>Sets nulls to NaN.</summary>
    internal static void PutNaN(Span<double> values, ReadOnlySpan<bool> isNull)
    {
        for (int i = 0; i < values.Length; i++)
            if (isNull[i])
                values[i] = double.NaN;
    }

    private static bool IsWide<T>() => typeof(T) == typeof(long) || typeof(T) == typeof(double);

    private static void DecodeLogicals(FitsFile file, FitsHdu hdu, FitsColumn column, long firstRow, ReadOnlySpan<byte> bytes,
        Span<bool> destination, Span<bool> isNull)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] is not ((byte)'T' or (byte)'F' or 0))
                throw file.Error(hdu,
                    $"row {firstRow + (column.Repeat > 0 ? i / column.Repeat : 0)} of logical column {column} has the byte "
                    + $"{bytes[i]}; expected 'T', 'F' or 0.");
            destination[i] = bytes[i] == 'T';
            if (!isNull.IsEmpty)
                isNull[i] = bytes[i] == 0;
        }
    }

    private static void SwapBytes(Span<byte> bytes, int width)
    {
        if (!BitConverter.IsLittleEndian)
            return;
        switch (width)
        {
            case 2:
                Span<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(halves, halves); break;
            case 4: Span<uint> words = MemoryMarshal.Cast<byte, uint>(bytes); BinaryPrimitives.ReverseEndianness(words, words); break;
            case 8: Span<ulong> longs = MemoryMarshal.Cast<byte, ulong>(bytes); BinaryPrimitives.ReverseEndianness(longs, longs); break;
        }
    }

    private static void FlipSigns(Span<byte> bytes, int width)
    {
        for (int i = BitConverter.IsLittleEndian ? width - 1 : 0; i < bytes.Length; i += width)
            bytes[i] ^= 0x80;
    }

    /// <summary>Adds an integral TZERO to values of 64 bits, which float64 does not represent exactly. Nulls are unchanged.</summary>
    private static void AddExactly(FitsFile file, FitsHdu hdu, FitsColumn column, long firstRow, Span<long> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            Int128 sum = (Int128)values[i] + column.Addend;
            if (values[i] == column.NullValue)
                continue;
            if (sum < long.MinValue || sum > long.MaxValue)
                throw file.Error(hdu, $"row {firstRow + (column.Repeat > 0 ? i / column.Repeat : 0)} of column {column} has the value "
                    + $"{values[i]} + TZERO {column.Addend} = {sum}, which is outside the range of int64. Exclude the column, or correct "
                    + "TZERO.");
            values[i] = (long)sum;
        }
    }

    private static void FindNulls(FitsColumn column, ReadOnlySpan<byte> bytes, Span<bool> isNull)
    {
        isNull.Clear();
        if (column.NullValue is not { } missing)
            return;
        switch (column.Letter)
        {
            case 'B': FindNulls<byte>(bytes, missing, isNull); break;
            case 'I': FindNulls<short>(bytes, missing, isNull); break;
            case 'J': FindNulls<int>(bytes, missing, isNull); break;
            case 'K': FindNulls<long>(bytes, missing, isNull); break;
        }
    }

    private static void FindNulls<TStored>(ReadOnlySpan<byte> bytes, long missing, Span<bool> isNull)
        where TStored : unmanaged, IBinaryInteger<TStored>
    {
        ReadOnlySpan<TStored> stored = MemoryMarshal.Cast<byte, TStored>(bytes);
        for (int i = 0; i < stored.Length; i++)
            isNull[i] = long.CreateTruncating(stored[i]) == missing;
    }

    private static void Widen<TWide>(FitsColumn column, ReadOnlySpan<byte> bytes, Span<TWide> destination)
        where TWide : unmanaged, INumber<TWide>
    {
        switch (column.Letter, column.IsSignFlipped)
        {
            case ('B', false): Widen<byte, TWide>(bytes, destination); break;
            case ('B', true): Widen<sbyte, TWide>(bytes, destination); break;
            case ('I', false): Widen<short, TWide>(bytes, destination); break;
            case ('I', true): Widen<ushort, TWide>(bytes, destination); break;
            case ('J', false): Widen<int, TWide>(bytes, destination); break;
            case ('J', true): Widen<uint, TWide>(bytes, destination); break;
            case ('K', false): Widen<long, TWide>(bytes, destination); break;
            case ('E', _): Widen<float, TWide>(bytes, destination); break;
            case ('D', _): Widen<double, TWide>(bytes, destination); break;
        }
    }

    private static void Widen<TStored, TWide>(ReadOnlySpan<byte> bytes, Span<TWide> destination)
        where TStored : unmanaged, INumber<TStored> where TWide : unmanaged, INumber<TWide>
    {
        ReadOnlySpan<TStored> stored = MemoryMarshal.Cast<byte, TStored>(bytes);
        for (int i = 0; i < stored.Length; i++)
            destination[i] = TWide.CreateTruncating(stored[i]);
    }
}
