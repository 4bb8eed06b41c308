using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Tests which of sixteen points or boxes are within reach of a point, in x and in y: the innermost step of the match.</summary>
internal static class NearTest
{
    /// <summary>The number of points that are compared in one step.</summary>
    internal const int Width = 16;

    /// <summary>The padding of the last step, which is not near any point.</summary>
    internal const int Nowhere = int.MinValue / 2;

    /// <summary>Returns a bit for each of sixteen points that is near.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Places(int x, int y, ref int xs, ref int ys, int at, int reach)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<int> dx = Vector512.Abs(Vector512.LoadUnsafe(ref xs, (nuint)at) - Vector512.Create(x)),
                dy = Vector512.Abs(Vector512.LoadUnsafe(ref ys, (nuint)at) - Vector512.Create(y));
            return (uint)Vector512.LessThanOrEqual(Vector512.Max(dx, dy), Vector512.Create(reach)).ExtractMostSignificantBits();
        }
        if (Vector256.IsHardwareAccelerated)
            return Eight(x, y, ref xs, ref ys, (nuint)at, reach) | (Eight(x, y, ref xs, ref ys, (nuint)at + 8, reach) << 8);
        if (Vector128.IsHardwareAccelerated)
            return Four(x, y, ref xs, ref ys, (nuint)at, reach) | (Four(x, y, ref xs, ref ys, (nuint)at + 4, reach) << 4)
                | (Four(x, y, ref xs, ref ys, (nuint)at + 8, reach) << 8) | (Four(x, y, ref xs, ref ys, (nuint)at + 12, reach) << 12);
        uint near = 0;
        for (int i = 0; i < Width; i++)
            if ((uint)(Unsafe.Add(ref xs, at + i) - x + reach) <= 2 * (uint)reach
                && (uint)(Unsafe.Add(ref ys, at + i) - y + reach) <= 2 * (uint)reach)
                near |= 1u << i;
        return near;
    }

    /// <summary>Returns a bit for each of sixteen boxes that is near.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Boxes(int x, int y, ref int minX, ref int maxX, ref int minY, ref int maxY, int at, int reach)
    {
        if (Vector256.IsHardwareAccelerated)
            return EightBoxes(x, y, ref minX, ref maxX, ref minY, ref maxY, (nuint)at, reach)
                | (EightBoxes(x, y, ref minX, ref maxX, ref minY, ref maxY, (nuint)at + 8, reach) << 8);
        uint near = 0;
        for (int i = 0; i < Width; i++)
            if (Unsafe.Add(ref minX, at + i) <= x + reach && Unsafe.Add(ref maxX, at + i) >= x - reach
                && Unsafe.Add(ref minY, at + i) <= y + reach && Unsafe.Add(ref maxY, at + i) >= y - reach)
                near |= 1u << i;
        return near;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Eight(int x, int y, ref int xs, ref int ys, nuint at, int reach)
    {
        Vector256<int> dx = Vector256.Abs(Vector256.LoadUnsafe(ref xs, at) - Vector256.Create(x)),
            dy = Vector256.Abs(Vector256.LoadUnsafe(ref ys, at) - Vector256.Create(y));
        return Vector256.LessThanOrEqual(Vector256.Max(dx, dy), Vector256.Create(reach)).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Four(int x, int y, ref int xs, ref int ys, nuint at, int reach)
    {
        Vector128<int> dx = Vector128.LoadUnsafe(ref xs, at) - Vector128.Create(x - reach),
            dy = Vector128.LoadUnsafe(ref ys, at) - Vector128.Create(y - reach), most = Vector128.Create(2 * reach);
        return (Vector128.GreaterThan(dx, Vector128.Create(-1)) & Vector128.LessThan(dx, most + Vector128<int>.One)
            & Vector128.GreaterThan(dy, Vector128.Create(-1)) & Vector128.LessThan(dy, most + Vector128<int>.One))
            .ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint EightBoxes(int x, int y, ref int minX, ref int maxX, ref int minY, ref int maxY, nuint at, int reach) =>
        (Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref minX, at), Vector256.Create(x + reach))
            & Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref maxX, at), Vector256.Create(x - reach))
            & Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref minY, at), Vector256.Create(y + reach))
            & Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref maxY, at), Vector256.Create(y - reach)))
        .ExtractMostSignificantBits();
}
