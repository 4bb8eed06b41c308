using System.Runtime.CompilerServices;
using Pile.Sky;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>A point on one of the twelve base faces, in units of order-29 pixels, or outside of the face if the face is continued over an
/// edge.</summary>
/// <param name="Face">The base face.</param>
/// <param name="X">Toward north-east; on the face in [0, 2^29).</param>
/// <param name="Y">Toward north-west.</param>
internal readonly record struct FacePoint(int Face, int X, int Y)
{
    internal const int Side = 1 << Healpix.MaxOrder;

    internal static FacePoint Of(long healpix29) =>
        new((int)(healpix29 >> (2 * Healpix.MaxOrder)), XOf(healpix29), YOf(healpix29));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int XOf(long healpix29) => (int)BitInterleave.Even(healpix29) & (Side - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int YOf(long healpix29) => (int)BitInterleave.Even(healpix29 >> 1) & (Side - 1);

    /// <summary>Returns the order-29 pixel of a point on the face.</summary>
    internal long ToHealpix29() => ((long)Face << (2 * Healpix.MaxOrder)) | BitInterleave.Interleave(X, Y);

    /// <summary>Converts the point to the coordinates of a neighbouring face.</summary>
    /// <param name="stepX">The edge in x to cross: -1, 0 or 1.</param>
    /// <param name="stepY">The edge in y to cross; both for the face at a corner.</param>
    /// <param name="there">The point on the neighbouring face.</param>
    /// <returns>False if there is no such face, because only three faces meet at the corner.</returns>
    /// <remarks>Neighbouring faces on the side of the equator have the same axes. Around a pole they are rotated by 90° (K. M. Górski et
    /// al. 2005, figure 4).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool TryCross(int stepX, int stepY, out FacePoint there)
    {
        int row = Face >> 2, column = Face & 3, last = Side - 1, x = X - (stepX * Side), y = Y - (stepY * Side);
        (int toRow, int toColumn, int toX, int toY) = (row, stepX, stepY) switch
        {
            (_, 0, 0) => (row, column, X, Y),
            (0, 1, 0) => (0, column + 1, Y, Side + last - X),
            (0, 0, 1) => (0, column - 1, Side + last - Y, X),
            (0, 1, 1) => (0, column + 2, Side + last - X, Side + last - Y),
            (2, 0, -1) => (2, column + 1, -1 - Y, X),
            (2, -1, 0) => (2, column - 1, Y, -1 - X),
            (2, -1, -1) => (2, column + 2, -1 - X, -1 - Y),
            (0, -1, 0) or (2, 0, 1) => (1, column, x, y),
            (0, 0, -1) or (2, 1, 0) => (1, column + 1, x, y),
            (0, -1, -1) => (2, column, x, y),
            (1, 1, 0) or (2, 1, 1) => (0, column, x, y),
            (1, 0, 1) => (0, column - 1, x, y),
            (1, 0, -1) => (2, column, x, y),
            (1, -1, 0) => (2, column - 1, x, y),
            (1, 1, -1) => (1, column + 1, x, y),
            (1, -1, 1) => (1, column - 1, x, y),
            _ => (-1, 0, 0, 0),
        };
        there = new FacePoint((toRow << 2) | (toColumn & 3), toX, toY);
        return toRow >= 0;
    }
}
