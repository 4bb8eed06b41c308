using System.Globalization;

namespace Pile.Fits;

/// <content>The linear part of a WCS with polynomials in degrees.</content>
internal sealed partial class WcsKeywords
{
    private readonly FitsCard[] matrix = [];

    // The polynomials of TPV, and of IRAF's TNX and ZPX, are those of intermediate world coordinates in degrees. wcslib applies them to the
    // product of the matrix and the pixels, before CDELT, which is the same only if CDELT is 1, as it is with a CD matrix.
    private bool HasPolynomialInDegrees => scamp is ScampForm.Polynomial || Projection is "TPV" or "TNX" or "ZPX";

    /// <summary>Returns the CD matrix of a header with polynomials in degrees that has CDELT with PC or CROTA in its place; empty for other
    /// headers.</summary>
    private FitsCard[] FindMatrix()
    {
        if (!HasPolynomialInDegrees || TwoAxes("CD").Any())
            return [];
        Dictionary<(int I, int J), double> pc = TwoAxes("PC").DistinctBy(e => (e.I, e.J)).ToDictionary(e => (e.I, e.J), e => e.Value);
        int last = Math.Max(Math.Max(LongitudeAxis, LatitudeAxis), pc.Keys.Select(e => Math.Max(e.I, e.J)).DefaultIfEmpty().Max());
        while (header.Contains($"CTYPE{last + 1}") || header.Contains($"CDELT{last + 1}"))
            last++;
        double[] cdelt = [.. Enumerable.Range(1, last).Select(i => header.GetFloat64($"CDELT{i}") ?? 1)];
        // wcslib, too, rotates only by CROTA of the latitudes, and only without PC.
        double rotation = pc.Count > 0 ? 0 : double.DegreesToRadians(header.GetFloat64($"CROTA{LatitudeAxis}") ?? 0);
        if (rotation == 0 && cdelt.All(scale => scale == 1))
            return [];
        List<FitsCard> cards = [];
        for (int i = 1; i <= last; i++)
            for (int j = 1; j <= last; j++)
                if (Element(i, j) is var element && (element != 0 || i == j))
                    cards.Add(double.IsFinite(element) ? FitsCard.Real($"CD{i}_{j}", element)
                        : throw new FitsException(header.Path, header.Hdu, $"its WCS has no finite scale along axis {i}: check CDELT{i}."));
        return [.. cards];

        double Element(int i, int j)
        {
            bool isCelestial = (i == LongitudeAxis || i == LatitudeAxis) && (j == LongitudeAxis || j == LatitudeAxis);
            if (rotation == 0 || !isCelestial)
                return cdelt[i - 1] * (pc.TryGetValue((i, j), out double given) ? given : i == j ? 1 : 0);
            (double sin, double cos) = Math.SinCos(rotation);
            return i == j ? cdelt[i - 1] * cos : cdelt[j - 1] * (i == LongitudeAxis ? -sin : sin);
        }
    }

    private IEnumerable<(int I, int J, double Value)> TwoAxes(string stem)
    {
        foreach (FitsCard card in header.Cards)
            if (OfTwo().Match(card.Keyword) is { Success: true } two && two.Groups["stem"].ValueSpan.SequenceEqual(stem)
                && header.GetFloat64(card.Keyword) is { } value)
                yield return (int.Parse(two.Groups["i"].ValueSpan, CultureInfo.InvariantCulture),
                    int.Parse(two.Groups["j"].ValueSpan, CultureInfo.InvariantCulture), value);
    }

    private static bool IsReplacedByMatrix(string keyword) =>
        (OfAxis().Match(keyword) is { Success: true } one && one.Groups["stem"].ValueSpan is "CDELT" or "CROTA")
        || (OfTwo().Match(keyword) is { Success: true } two && two.Groups["stem"].ValueSpan is "PC");
}
