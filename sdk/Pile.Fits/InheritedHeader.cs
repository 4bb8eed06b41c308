using System.Text;
using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>The header of an extension with <c>INHERIT = T</c>: its own keywords, then those of the primary header that it does not have
/// (FITS 4.0, appendix K).</summary>
internal static partial class InheritedHeader
{
    /// <summary>Matches cards of the primary header that describe only that HDU: its
    /// structure, its array, its name and its checksums, and commentary.</summary>
    [GeneratedRegex("^(SIMPLE|XTENSION|BITPIX|NAXIS[0-9]*|EXTEND|PCOUNT|GCOUNT|GROUPS|BLOCKED|BSCALE|BZERO|BLANK|DATAMIN|DATAMAX|EXTNAME"
        + "|EXTVER|EXTLEVEL|INHERIT|CHECKSUM|DATASUM|COMMENT|HISTORY|END|)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PrimaryCard();

    /// <summary>Matches keywords of a WCS and its frame. They are inherited only by an extension without a WCS: combined from two headers,
    /// they would describe a WCS that neither header defines.</summary>
    [GeneratedRegex("^((WCSAXES|WCSNAME|LONPOLE|LATPOLE|RADESYS|EQUINOX|SPECSYS|SSYSOBS|SSYSSRC|VELREF|RESTFRQ|RESTWAV"
        + "|(CTYPE|CUNIT|CRVAL|CRPIX|CDELT|CROTA|CNAME|CRDER|CSYER)[0-9]+|(CD|PC|PV|PS)[0-9]+_[0-9]+)[A-Z]?|RADECSYS|EPOCH)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex WcsCard();

    /// <summary>Returns the header itself unless it inherits from a primary header without data.</summary>
    /// <param name="own">The extension's header.</param>
    /// <param name="primary">The primary header.</param>
    internal static FitsHeader Of(FitsHeader own, FitsHeader primary)
    {
        if (own.Find("INHERIT") is not { Value: "T", IsText: false } || primary.GetInt64("NAXIS") is not 0)
            return own;
        StringBuilder text = new(own.Text);
        for (int end = own.Text.Length - FitsCard.Bytes; end >= 0
            && own.Text.AsSpan(end, FitsCard.Bytes).TrimEnd() is "END" or ""; end -= FitsCard.Bytes)
            text.Length = end;
        bool isInherited = false, hasWcs = own.Contains("CTYPE1");
        for (int at = 0; at + FitsCard.Bytes <= primary.Text.Length; at += FitsCard.Bytes)
        {
            string card = primary.Text.Substring(at, FitsCard.Bytes);
            // A long text continues in CONTINUE cards, which belong to the card before them.
            if (!card.StartsWith("CONTINUE", StringComparison.Ordinal))
                isInherited = FitsCard.Parse(card) is [{ } parsed] && !PrimaryCard().IsMatch(parsed.Keyword)
                    && !own.Contains(parsed.Keyword)
                    && !(hasWcs && WcsCard().IsMatch(parsed.Keyword));
            if (isInherited)
                text.Append(card);
        }
        return new FitsHeader(text.Append("END".PadRight(FitsCard.Bytes)).ToString(), own.Path, own.Hdu);
    }
}
