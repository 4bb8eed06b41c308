namespace Pile.Fits;

/// <content>The check of the linear part.</content>
internal sealed partial class Wcs
{
    // Of the product of the lengths of the rows: the sine of the angle between the axes, which rounding keeps above 1e-14.
    private const double SmallestDeterminant = 1e-10;

    /// <summary>Rejects a matrix that maps all pixels to a line or a point, which wcslib inverts if rounding allows.</summary>
    /// <exception cref="FitsException">The matrix is singular.</exception>
    private static void RequireInvertible(FitsHeader header, WcsKeywords keywords)
    {
        FitsHeader celestial = new(keywords.Shift(0, 0), header.Path); // its axes are 1 and 2
        foreach ((string stem, double onDiagonal) in ((string, double)[])[("CD", 0), ("PC", 1)])
        {
            if (!celestial.Cards.Any(c => c.Keyword.StartsWith(stem, StringComparison.Ordinal) && c.Keyword is [_, _, _, '_', _]))
                continue;
            double a = Of(1, 1), b = Of(1, 2), c = Of(2, 1), d = Of(2, 2);
            if (!(Math.Abs((a * d) - (b * c)) > SmallestDeterminant * Math.Sqrt(((a * a) + (b * b)) * ((c * c) + (d * d)))))
                throw new FitsException(header.Path, header.Hdu, FormattableString.Invariant(
                    $"the matrix {stem}i_j of its celestial axes is singular ({a:R}, {b:R}; {c:R}, {d:R}): its pixels do not cover ")
                    + "an area of the sky. Correct the header, or omit this file.");

            double Of(int i, int j) => celestial.GetFloat64($"{stem}{i}_{j}") ?? (i == j ? onDiagonal : 0);
        }
    }
}
