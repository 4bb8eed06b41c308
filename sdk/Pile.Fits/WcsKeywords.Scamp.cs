using System.Globalization;

namespace Pile.Fits;

/// <content>The polynomials of SCAMP: the projection TPV.</content>
internal sealed partial class WcsKeywords
{
    // SCAMP wrote distortions as parameters of TAN, which has none for the latitude, before the projection TPV was registered for them.
    private enum ScampForm { None, Polynomial, Superseded }

    private readonly ScampForm scamp;
    private readonly FitsCard[] missingTerms = [];

    /// <summary>The three letters of the projection, for example TAN.</summary>
    internal string Projection => Type(LongitudeAxis)[5..8];

    // wcslib's TPU has the same polynomials, applied to pixels.
    private bool IsTpv => scamp is ScampForm.Polynomial || Projection is "TPV" or "TPU";

    private ScampForm FindScamp() => !header.Cards.Any(c => IsParameterOf(c.Keyword, LatitudeAxis)) ? ScampForm.None
        : (Type(LongitudeAxis)[4..], Type(LatitudeAxis)[4..]) switch
        {
            ("-TAN", "-TAN") => ScampForm.Polynomial,
            ("-TAN-SIP", "-TAN-SIP") => ScampForm.Superseded,
            _ => ScampForm.None,
        };

    /// <summary>Returns the linear terms that the header omits.</summary>
    /// <remarks>The convention TPV of the registry of FITS conventions: missing terms are 0, but PVi_1 is 1, so that TPV without
    /// parameters is TAN. wcslib would use 0 for all, and all positions would be that of CRVAL along the axis.</remarks>
    private IEnumerable<FitsCard> FindMissingTerms() => new[] { LongitudeAxis, LatitudeAxis }
        .Where(axis => !header.Cards.Any(c => IsParameterOf(c.Keyword, axis, term: 1) && !string.IsNullOrWhiteSpace(c.Value)))
        .Select(axis => FitsCard.Real($"PV{axis}_1", 1));

    private static bool IsParameterOf(string keyword, int axis, int? term = null) => OfTwo().Match(keyword) is { Success: true } two
        && two.Groups["stem"].ValueSpan is "PV" && int.Parse(two.Groups["i"].ValueSpan, CultureInfo.InvariantCulture) == axis
        && (term is null || int.Parse(two.Groups["j"].ValueSpan, CultureInfo.InvariantCulture) == term);
}
