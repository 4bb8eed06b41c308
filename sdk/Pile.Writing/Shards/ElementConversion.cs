using System.Numerics;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>Converts numbers to a dtype that can represent them all.</summary>
internal static class ElementConversion
{
    /// <summary>Converts elements between types for which <see cref="DTypes.TryPromote"/> succeeds.</summary>
    internal static void Convert(DType from, ReadOnlySpan<byte> source, DType to, Span<byte> destination)
    {
        switch (from)
        {
            case DType.Int8: From<sbyte>(source, to, destination); break;
            case DType.UInt8: From<byte>(source, to, destination); break;
            case DType.Int16: From<short>(source, to, destination); break;
            case DType.UInt16: From<ushort>(source, to, destination); break;
            case DType.Int32: From<int>(source, to, destination); break;
            case DType.UInt32: From<uint>(source, to, destination); break;
            case DType.Int64: From<long>(source, to, destination); break;
            case DType.UInt64: From<ulong>(source, to, destination); break;
            case DType.Float32: From<float>(source, to, destination); break;
            case DType.Float64: From<double>(source, to, destination); break;
            default: throw new ArgumentOutOfRangeException(nameof(from), from, "Only numbers are converted.");
        }
    }

    /// <summary>Fills elements of a dtype with a number; for booleans 0 is false.</summary>
    internal static void Fill(DType type, double value, Span<byte> destination)
    {
        switch (type)
        {
            case DType.Bool: destination.Fill(value == 0 ? (byte)0 : (byte)1); break;
            case DType.Int8: Fill<sbyte>(value, destination); break;
            case DType.UInt8: Fill<byte>(value, destination); break;
            case DType.Int16: Fill<short>(value, destination); break;
            case DType.UInt16: Fill<ushort>(value, destination); break;
            case DType.Int32: Fill<int>(value, destination); break;
            case DType.UInt32: Fill<uint>(value, destination); break;
            case DType.Int64: Fill<long>(value, destination); break;
            case DType.UInt64: Fill<ulong>(value, destination); break;
            case DType.Float32: Fill<float>(value, destination); break;
            case DType.Float64: Fill<double>(value, destination); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "Only numbers and booleans are filled.");
        }
    }

    private static void Fill<T>(double value, Span<byte> destination) where T : unmanaged, INumber<T> =>
        MemoryMarshal.Cast<byte, T>(destination).Fill(T.CreateSaturating(value));

    private static void From<TFrom>(ReadOnlySpan<byte> source, DType to, Span<byte> destination) where TFrom : unmanaged, INumber<TFrom>
    {
        switch (to)
        {
            case DType.Int8: Convert<TFrom, sbyte>(source, destination); break;
            case DType.UInt8: Convert<TFrom, byte>(source, destination); break;
            case DType.Int16: Convert<TFrom, short>(source, destination); break;
            case DType.UInt16: Convert<TFrom, ushort>(source, destination); break;
            case DType.Int32: Convert<TFrom, int>(source, destination); break;
            case DType.UInt32: Convert<TFrom, uint>(source, destination); break;
            case DType.Int64: Convert<TFrom, long>(source, destination); break;
            case DType.UInt64: Convert<TFrom, ulong>(source, destination); break;
            case DType.Float32: Convert<TFrom, float>(source, destination); break;
            case DType.Float64: Convert<TFrom, double>(source, destination); break;
            default: throw new ArgumentOutOfRangeException(nameof(to), to, "Only numbers are converted.");
        }
    }

    private static void Convert<TFrom, TTo>(ReadOnlySpan<byte> source, Span<byte> destination)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        ReadOnlySpan<TFrom> from = MemoryMarshal.Cast<byte, TFrom>(source);
        Span<TTo> to = MemoryMarshal.Cast<byte, TTo>(destination);
        for (int i = 0; i < from.Length; i++)
            to[i] = TTo.CreateSaturating(from[i]);
    }
}
