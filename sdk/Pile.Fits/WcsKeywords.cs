using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>The keywords of a header's primary WCS, with its celestial axes and its distortions by lookup tables.</summary>
internal sealed partial class WcsKeywords
{
    private const string Plain = "WCSAXES|LONPOLE|LATPOLE|RADESYS|RADECSYS|EQUINOX|EPOCH|(A|B|AP|BP)_(ORDER|DMAX|[0-9]+_[0-9]+)";

    // Keywords that wcslib converts to TPD distortions: plate solutions of the Digitized Sky Surveys, and IRAF's TNX and ZPX.
    private const string Translated =
        "CNPIX[12]|PLTRA[HMS]|PLTDEC(SN|[DMS])|PPO[36]|[XY]PIXELSZ|AMD[XY][0-9]{1,2}|PLTLABEL|PLATEID|WAT[12]_[0-9]{3}";

    [GeneratedRegex($"^({Plain}|{Translated})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex WithoutAxis();

    [GeneratedRegex("^(?<stem>CTYPE|CUNIT|CRPIX|CRVAL|CDELT|CROTA|CPDIS|CQDIS|DP|DQ)(?<i>[1-9][0-9]?)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OfAxis();

    // The second form is that of drafts of the standard, such as PC001002 and CD001002, which wcslib reads, too.
    [GeneratedRegex("^(?<stem>CD|PC|PV|PS)0*(?<i>[1-9][0-9]?)_0*(?<j>[0-9]{1,2})$|^(?<stem>CD|PC)0(?<i>[0-9]{2})0(?<j>[0-9]{2})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OfTwo();

    [GeneratedRegex("^[A-Z]{2}(--|LN)$|^[A-Z]LON$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex LongitudeName();

    [GeneratedRegex("^DEC-$|^[A-Z]{2}LT$|^[A-Z]LAT$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex LatitudeName();

    private readonly FitsHeader header;
    private readonly ConcurrentDictionary<int, ShiftedCard[]> shifts = new(); // by the axis that is kept as the third one, or 0
    private string?[]? shiftTexts; // of the shifted cards of two axes: null for those that depend on the shift

    internal WcsKeywords(FitsHeader header)
    {
        this.header = header;
        LookupDistortions = [.. FindLookups()];
        for (int axis = 1; axis <= 99; axis++)
        {
            string type = Type(axis);
            if (type.Length < 8 || type[4] != '-')
                continue;
            if (LongitudeAxis == 0 && LongitudeName().IsMatch(type[..4])
                && type[..4] is "RA--" or [_, 'L', 'O', 'N', ..] or [_, _, 'L', 'N', ..])
                LongitudeAxis = axis;
            else if (LatitudeAxis == 0 && LatitudeName().IsMatch(type[..4]))
                LatitudeAxis = axis;
        }
        if (!HasCelestialAxes)
            return;
        scamp = FindScamp();
        if (HasPolynomialInDegrees && LatitudeAxis < LongitudeAxis)
            throw new FitsException(header.Path, header.Hdu, $"its WCS has polynomials ({(scamp is ScampForm.Polynomial ? "TAN with PV"
                : Projection)}) and the latitude before the longitude, for which programs compute different positions. Exchange the axes, "
                + "or fit another WCS.");
        if (IsTpv)
            missingTerms = [.. FindMissingTerms()];
        matrix = FindMatrix();
    }

    /// <summary>The axis of longitudes, from 1; 0 if it is missing.</summary>
    internal int LongitudeAxis { get; }

    /// <summary>The axis of latitudes, from 1; 0 if it is missing.</summary>
    internal int LatitudeAxis { get; }

    /// <summary>Whether there is a pair of celestial axes with a projection.</summary>
    internal bool HasCelestialAxes => LongitudeAxis > 0 && LatitudeAxis > 0;

    /// <summary>The keywords that require a lookup table, with their values.</summary>
    internal IReadOnlyList<string> LookupDistortions { get; }

    /// <summary>Returns CTYPE of an axis without blanks.</summary>
    internal string Type(int axis) => header.GetText($"CTYPE{axis}")?.Trim().ToUpperInvariant() ?? "";

    /// <summary>Returns the cards for wcslib: those of the primary WCS, without lookup tables, which it cannot read.</summary>
    /// <param name="withSpectral">Whether to include those of the spectral axis: rest frequency and the velocity reference of old
    /// headers.</param>
    internal string CardText(bool withSpectral = false)
    {
        System.Text.StringBuilder text = new();
        for (int start = 0; start < header.Text.Length; start += FitsCard.Bytes)
        {
            string image = header.Text.Substring(start, Math.Min(FitsCard.Bytes, header.Text.Length - start)).PadRight(FitsCard.Bytes);
            string keyword = image[..8].TrimEnd();
            if (IsSpectralTable(keyword))
                continue; // wcslib would require its table, which the celestial axes do not need
            if (image.AsSpan(9).TrimStart() is [] or ['/', ..])
                continue; // wcslib writes an empty line to the standard output for a keyword without a value
            if (IsUnreadableEquinox(keyword))
                continue; // wcslib rejects it
            if (Repaired(keyword) is { } repaired)
                text.Append(repaired.Format()[0]);
            else if (image[8] == '=' && (IsOfWcs(keyword) || (withSpectral && IsSpectral(keyword))))
                text.Append(FitsCard.WithLetterE(image));
        }
        foreach (FitsCard card in missingTerms.Concat(matrix))
            text.Append(card.Format()[0]);
        return text.Append("END".PadRight(FitsCard.Bytes)).ToString();
    }

    /// <summary>Returns the celestial part as cards of a two-dimensional image, with axes 1 and 2 and a shifted reference pixel.</summary>
    /// <param name="x0">The first column of the new image in this one.</param>
    /// <param name="y0">The first row.</param>
    /// <param name="third">An axis, from 1, that is kept as axis 3; null for none.</param>
    internal List<FitsCard> Shift(double x0, double y0, int? third = null) =>
        [.. ToShift(third).Select(shifted => shifted.At(x0, y0))];

    /// <summary>Returns the text of <see cref="Shift"/>, 80 characters for each card.</summary>
    internal string ShiftText(double x0, double y0)
    {
        ShiftedCard[] cards = ToShift(null);
        shiftTexts ??= Array.ConvertAll(cards, card => card.Axis == 0 ? string.Concat(card.Card.Format()) : null);
        return string.Concat(shiftTexts.Select((text, i) => text ?? string.Concat(cards[i].At(x0, y0).Format())).ToArray());
    }

    private ShiftedCard[] ToShift(int? third) => shifts.GetOrAdd(third ?? 0, _ => [.. CardsToShift(third)]);

    private IEnumerable<ShiftedCard> CardsToShift(int? third)
    {
        int first = Math.Min(LongitudeAxis, LatitudeAxis), second = Math.Max(LongitudeAxis, LatitudeAxis);
        yield return new(FitsCard.Integer("WCSAXES", third is null ? 2 : 3));
        foreach (FitsCard card in header.Cards.Where(c => c.Value is not null
            && (IsOfWcs(c.Keyword) || (third is not null && IsSpectral(c.Keyword)))).Concat(missingTerms).Concat(matrix))
        {
            if (card.Keyword is "WCSAXES" || IsUnreadableEquinox(card.Keyword))
                continue;
            if (OfAxis().Match(card.Keyword) is { Success: true } one)
            {
                if (NewAxis(one.Groups["i"]) is { } axis)
                    yield return one.Groups["stem"].Value == "CRPIX" && axis < 3 ? ReferencePixel(axis)
                        : new((Repaired(card.Keyword) ?? card) with { Keyword = one.Groups["stem"].Value + axis });
            }
            else if (OfTwo().Match(card.Keyword) is { Success: true } two)
            {
                bool isMatrix = two.Groups["stem"].ValueSpan is "CD" or "PC";
                string? j = isMatrix ? NewAxis(two.Groups["j"])?.ToString(CultureInfo.InvariantCulture) : two.Groups["j"].Value;
                if (NewAxis(two.Groups["i"]) is { } i && j is not null)
                    yield return new(card with { Keyword = $"{two.Groups["stem"].Value}{i}_{j}" });
            }
            else if (card.Keyword is "CNPIX1" or "CNPIX2") // a plate solution counts pixels from the corner of the plate
                yield return new(card, card.Keyword is "CNPIX1" ? 1 : 2, header.GetFloat64(card.Keyword)!.Value, 1);
            else
                yield return new(Repaired(card.Keyword) ?? card);
        }
        if (HasCelestialAxes && HeaderFrame.OfWcs(header).SystemOfLetter is { } system)
            yield return new(FitsCard.Text("RADESYS", system)); // the letter is not part of the number
        for (int axis = 1; axis <= 2; axis++)
            if (!header.Contains($"CRPIX{(axis == 1 ? first : second)}"))
                yield return ReferencePixel(axis);

        int? NewAxis(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) is var old && old == first ? 1
            : old == second ? 2 : old == third ? 3 : null;

        ShiftedCard ReferencePixel(int axis) => new(FitsCard.Real($"CRPIX{axis}", 0), axis,
            header.GetFloat64($"CRPIX{(axis == 1 ? first : second)}") ?? 0, -1);
    }

    private static bool IsSpectral(string keyword) =>
        keyword is "RESTFRQ" or "RESTFREQ" or "RESTWAV" or "VELREF" or "SPECSYS" or "SSYSOBS" or "VELOSYS" or "ZSOURCE";

    private bool IsSpectralTable(string keyword) => keyword.StartsWith("CTYPE", StringComparison.Ordinal)
        && header.GetText(keyword)?.Trim() is { Length: >= 8 } type && type[4..].StartsWith("-TAB", StringComparison.Ordinal)
        && !LatitudeName().IsMatch(type[..4]) && !LongitudeName().IsMatch(type[..4]);

    /// <summary>Returns CTYPE of SCAMP's polynomials as TPV, in capital letters without blanks before them, and an equinox as text as the
    /// number, as wcslib requires; null for other keywords.</summary>
    private FitsCard? Repaired(string keyword) => keyword is "EQUINOX" or "EPOCH"
        ? header.Find(keyword) is { IsText: true } text && IsOfWcs(keyword) && HeaderFrame.TryYear(text, out double year, out _)
            ? FitsCard.Real(keyword, year) : null
        : keyword == $"CTYPE{LongitudeAxis}" ? RepairedType(keyword, LongitudeAxis)
        : keyword == $"CTYPE{LatitudeAxis}" ? RepairedType(keyword, LatitudeAxis)
        : null;

    private FitsCard? RepairedType(string keyword, int axis) => scamp is ScampForm.Polynomial
        ? FitsCard.Text(keyword, $"{Type(axis)[..5]}TPV")
        : header.GetText(keyword)!.TrimEnd() == Type(axis) ? null : FitsCard.Text(keyword, Type(axis));

    private bool IsUnreadableEquinox(string keyword) => keyword is "EQUINOX" or "EPOCH"
        && header.Find(keyword) is { } card && !HeaderFrame.TryYear(card, out _, out _);

    private bool IsOfWcs(string keyword)
    {
        // Beside SIP they are the same distortions once more, as in files of PTF.
        if (scamp is ScampForm.Superseded && (IsParameterOf(keyword, LongitudeAxis) || IsParameterOf(keyword, LatitudeAxis)))
            return false;
        if (matrix.Length > 0 && IsReplacedByMatrix(keyword))
            return false;
        if (WithoutAxis().IsMatch(keyword) || OfTwo().IsMatch(keyword))
            return true;
        string? stem = OfAxis().Match(keyword) is { Success: true } match ? match.Groups["stem"].Value : null;
        return stem is not null && (LookupDistortions.Count == 0 || stem is not ("CPDIS" or "CQDIS" or "DP" or "DQ"));
    }

    private IEnumerable<string> FindLookups()
    {
        foreach (FitsCard card in header.Cards)
        {
            bool isLookup = card.Keyword.StartsWith("CPDIS", StringComparison.Ordinal)
                || card.Keyword.StartsWith("CQDIS", StringComparison.Ordinal)
                || card.Keyword.StartsWith("D2IMDIS", StringComparison.Ordinal)
                ? card.Value?.Trim().Equals("Lookup", StringComparison.OrdinalIgnoreCase) == true
                : card.Keyword is "D2IMEXT" or "AXISCORR" && card.Value is { Length: > 0 };
            bool isTable = card.Keyword.StartsWith("CTYPE", StringComparison.Ordinal) && card.Value is { Length: >= 8 } type
                && type[4..].StartsWith("-TAB", StringComparison.Ordinal)
                && (LatitudeName().IsMatch(type[..4]) || LongitudeName().IsMatch(type[..4]));
            if (isLookup || isTable)
                yield return $"{card.Keyword} = {card.Value!.Trim()}";
        }
    }

    /// <summary>A card of a shifted image: as it is, or a pixel to which the shift along an axis is added with a sign.</summary>
    private readonly record struct ShiftedCard(FitsCard Card, int Axis = 0, double Pixel = 0, int Sign = 0)
    {
        internal FitsCard At(double x0, double y0) =>
            Axis == 0 ? Card : FitsCard.Real(Card.Keyword, Pixel + (Sign * (Axis == 1 ? x0 : y0)));
    }
}
