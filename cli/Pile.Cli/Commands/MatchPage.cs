using System.Globalization;
using Pile.CrossMatch;
using Pile.Drawing;
using Pile.Format;

namespace Pile.Cli.Commands;

/// <summary>Writes the diagnostics of a match as one page.</summary>
internal static class MatchPage
{
    // A shift is reported if it is many times its error and not small compared with the scatter of the pairs.
    private const double ShiftInErrors = 5, ShiftInScatters = 0.2;

    private const double NoticeableContamination = 0.05, FlatPart = 0.9, CompleteWithinFlatPart = 0.98;

    /// <summary>Returns the page.</summary>
    /// <param name="summary">The counts of a match with <see cref="CrossMatchOptions.WithDiagnostics"/>.</param>
    /// <param name="sides">The names of the sides.</param>
    internal static string Of(MatchSummary summary, string sides)
    {
        MatchCertificate certificate = summary.Certificate!;
        MatchDiagnostics drawn = certificate.Diagnostics!;
        HtmlPage page = new($"Match of {sides}", string.Create(CultureInfo.InvariantCulture,
            $"{CountText.Of(summary.Pairs, "pair")} within {drawn.RadiusArcsec:0.####} arcsec"));
        AddNotes(page, certificate);
        page.AddHeading("Separations and offsets");
        List<HtmlCard> cards = [];
        if (certificate.Curve is { } curve)
        {
            cards.Add(new(MatchFigures.Separations(curve), "Bars: pairs of the result. Line: expected chance coincidences, from the same "
                + "match at shifted positions."));
            cards.Add(new(MatchFigures.Curves(curve), "Completeness: the part of the true pairs within the largest radius that are within "
                + "each radius. Contamination: the part of the pairs within each radius that are chance coincidences."));
        }
        if (drawn.EastArcsec.Length > 0)
            cards.Add(new(MatchFigures.Offsets(drawn), drawn.EastArcsec.Length == summary.Pairs ? ""
                : string.Create(CultureInfo.InvariantCulture, $"A sample of {drawn.EastArcsec.Length:N0} of "
                    + $"{CountText.Of(summary.Pairs, "pair")}.")));
        page.AddCards(cards, 480);
        page.AddHeading("Matched and unmatched rows");
        AddMaps(page, "A", drawn.RowsA);
        if (drawn.RowsB is { } ofB)
            AddMaps(page, "B", ofB);
        page.AddHeading("Certificate");
        page.AddTable(MatchNumbers.Table(certificate));
        if (certificate.Curve is { } byRadius)
            page.AddTable(MatchNumbers.ByRadius(byRadius));
        page.AddHeading("Parameters and inputs");
        page.AddFacts(certificate.Record);
        return page.ToHtml();
    }

    private static void AddNotes(HtmlPage page, MatchCertificate certificate)
    {
        bool isFine = true;
        if (certificate.ReasonWithoutChance is { } reason)
            Add(HtmlNoteKind.Information, $"The rate of chance coincidences was not measured: {reason}.");
        if (certificate.Offset is { } o && (IsShift(o.EastArcsec, o.EastErrorArcsec, o.EastScatterArcsec)
            || IsShift(o.NorthArcsec, o.NorthErrorArcsec, o.NorthScatterArcsec)))
            Add(HtmlNoteKind.Warning, string.Create(CultureInfo.InvariantCulture,
                $"B is shifted by {o.EastArcsec:+0.000;−0.000}″ in RA·cos δ and {o.NorthArcsec:+0.000;−0.000}″ in Dec, with a scatter of "
                + $"{o.EastScatterArcsec:0.000}″ and {o.NorthScatterArcsec:0.000}″. Check epochs and frames of both sides."));
        if (certificate.Curve is { } curve)
        {
            if (curve.Contamination[^1] > NoticeableContamination)
                Add(HtmlNoteKind.Warning, string.Create(CultureInfo.InvariantCulture,
                    $"About {curve.Contamination[^1]:P1} of the pairs are chance coincidences. The curves show what a smaller radius "
                    + $"costs."));
            int inner = (int)(FlatPart * curve.RadiusArcsec.Length) - 1;
            if (curve.Completeness[inner] < CompleteWithinFlatPart)
                Add(HtmlNoteKind.Warning, string.Create(CultureInfo.InvariantCulture,
                    $"{1 - curve.Completeness[inner]:P1} of the true pairs are in the outermost tenth of the radius: there are probably "
                    + $"more beyond it."));
            if (double.IsNaN(curve.Completeness[^1]) && curve.Pairs.Sum() > 0)
                Add(HtmlNoteKind.Warning, "There are not more pairs than expected by chance.");
        }
        if (isFine)
            page.AddNote(HtmlNoteKind.Good, "No systematic shift, few chance coincidences, and a radius that holds the true pairs.");

        void Add(HtmlNoteKind kind, string text)
        {
            isFine = false;
            page.AddNote(kind, text);
        }

        static bool IsShift(double shift, double error, double scatter) =>
            Math.Abs(shift) > ShiftInErrors * error && Math.Abs(shift) > ShiftInScatters * scatter;
    }

    private static void AddMaps(HtmlPage page, string side, MatchedCells cells)
    {
        List<HtmlCard> cards = [];
        foreach (bool isMatched in new[] { true, false })
            if (MatchFigures.Sky($"Rows of {side} {(isMatched ? "with" : "without")} a partner", cells, isMatched) is { } map)
                cards.Add(new(map));
            else
                page.AddParagraph($"All rows of {side} {(isMatched ? "lack" : "have")} a partner.");
        page.AddCards(cards, 480);
    }
}
