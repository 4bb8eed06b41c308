using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Pile.Fits;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;
using Pile.Tables.Fits;
using Pile.Tables.Opening;

namespace Pile.Builders.Sources;

/// <summary>Ids, positions and columns from the keywords of an HDU, or of its file's primary HDU.</summary>
internal sealed partial class HeaderValues(string path, FitsHeader own, FitsHeader primary)
{
    [GeneratedRegex(@"\{(?<name>[^{}]+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Placeholder();

    /// <summary>Returns the text of a keyword without blanks at its ends; null if there is no such keyword.</summary>
    internal string? TextOrNull(string keyword) => (own.GetText(keyword) ?? primary.GetText(keyword))?.Trim();

    /// <summary>Returns the file name without its ending, the id of rows without another.</summary>
    internal static string NameOf(string path)
    {
        string name = Path.GetFileName(path);
        return TablePath.FormatOf(name) is null or TableFormat.Fits ? name.Split(".fit")[0]
            : Path.GetFileNameWithoutExtension(name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name);
    }

    /// <summary>Returns an id: the text of a name, or of a pattern with names in braces.</summary>
    internal static string Id(string pattern, Func<string, string> text) => pattern.Contains('{', StringComparison.Ordinal)
        ? Placeholder().Replace(pattern, match => text(match.Groups["name"].Value)) : text(pattern);

    /// <summary>Converts a position to ICRS degrees.</summary>
    /// <param name="ra">The longitude as text.</param>
    /// <param name="dec">The latitude as text.</param>
    /// <param name="unit">The unit of the longitude; null if it is not declared.</param>
    /// <param name="frame">The frame of both.</param>
    /// <param name="invalid">Creates the error of the longitude (true) or the latitude with what was expected.</param>
    internal static (double RaDeg, double DecDeg) ToIcrs(string ra, string dec, RaUnit? unit, SkyFrame frame,
        Func<bool, string, Exception> invalid)
    {
        return ToIcrs(Degrees(ra, isLongitude: true, unit, frame), Degrees(dec, isLongitude: false, unit, frame), frame, invalid);
    }

    /// <summary>Returns the degrees of an angle in a keyword; NaN if it is not an angle.</summary>
    /// <param name="keyword">The keyword.</param>
    /// <param name="text">Its text.</param>
    /// <param name="isLongitude">True for a right ascension or longitude.</param>
    /// <param name="declared">The unit that the recipe declares; null for that in the comment of the keyword, otherwise degrees.</param>
    /// <param name="frame">The frame of the position.</param>
    internal double Degrees(string keyword, string text, bool isLongitude, RaUnit? declared, SkyFrame frame) =>
        Degrees(text, isLongitude, declared ?? AngleUnitOf(keyword), frame);

    private static double Degrees(string text, bool isLongitude, RaUnit? unit, SkyFrame frame) =>
        (isLongitude ? PositionText.TryRightAscension(text, unit, frame.IsEquatorial, out double degrees)
            : PositionText.TryDeclination(text, unit, out degrees)) ? degrees : double.NaN;

    /// <summary>Converts a position in degrees to ICRS.</summary>
    /// <param name="longitude">The longitude in degrees; NaN if it is not an angle.</param>
    /// <param name="latitude">The latitude in degrees; NaN if it is not an angle.</param>
    /// <param name="frame">The frame of both.</param>
    /// <param name="invalid">Creates the error of the longitude (true) or the latitude with what was expected.</param>
    internal static (double RaDeg, double DecDeg) ToIcrs(double longitude, double latitude, SkyFrame frame,
        Func<bool, string, Exception> invalid)
    {
        if (longitude is not (>= -180 and <= 360)) // as in tables; other numbers are mistakes
            throw invalid(true, "an angle of -180 to 360 degrees");
        if (latitude is not (>= -90 and <= 90))
            throw invalid(false, "an angle of -90 to 90 degrees");
        (double raDeg, double decDeg) = FrameConversion.ToIcrs(frame).Convert(longitude, latitude);
        raDeg -= 360 * Math.Floor(raDeg / 360);
        return (raDeg == 360 ? 0 : raDeg, decDeg);
    }

    /// <summary>Returns the frame of a position in keywords.</summary>
    /// <param name="ra">The keyword of the longitude.</param>
    /// <exception cref="SchemaMismatchException">The header declares a frame that is not supported, or an invalid equinox.</exception>
    internal SkyFrame FrameOf(string ra)
    {
        HeaderFrame declared = HeaderFrame.OfKeywords(own.Contains(ra) ? own : primary, primary);
        if (declared.Fault is { } fault)
            throw Failed(fault);
        double? equinox = declared.EquinoxYear;
        try
        {
            return declared.System switch
            {
                null or "ICRS" => SkyFrame.Of(CelestialSystem.Icrs),
                "FK5" => SkyFrame.Of(CelestialSystem.Fk5, equinox),
                "FK4" => SkyFrame.Of(CelestialSystem.Fk4, equinox),
                "FK4-NO-E" => SkyFrame.Of(CelestialSystem.Fk4NoE, equinox),
                { } other when SkyFrame.TryParse(other, out SkyFrame frame) => frame, // in tables of other formats
                { } other => throw Failed($"RADESYS = '{other}' is not a supported frame"),
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Failed($"{declared.Equinox} is not an equinox from 1800 to 2200");
        }

        SchemaMismatchException Failed(string finding) => new(path, null, finding, "Set 'frame' in the recipe's source");
    }

    /// <summary>Returns the unit in brackets at the begin of the comment of a keyword (FITS 4.0 §4.3.2), or null.</summary>
    internal string? UnitOf(string keyword) => (own.Find(keyword) ?? primary.Find(keyword))?.Comment is ['[', .. var comment]
        && comment.IndexOf(']', StringComparison.Ordinal) is > 0 and int end ? comment[..end].Trim() : null;

    /// <summary>Returns what the header says about times in a keyword: the factor to days, the MJD of 0, and the unit in the
    /// comment.</summary>
    /// <param name="keyword">The keyword.</param>
    /// <param name="scale">The time scale.</param>
    internal (double DaysPerUnit, double ZeroMjd, string? Unit) ToMjd(string keyword, string scale)
    {
        string? unit = UnitOf(keyword);
        return FitsTimes.OfKeyword(own.Contains(keyword) ? own : primary, keyword, unit, scale) is var (days, zero) ? (days, zero, unit)
            : (unit is not null && Units.TryDays(unit, out double factor) ? factor : 1, 0, unit);
    }

    /// <summary>Returns the unit of an angle in the comment of a keyword; null for degrees, and for comments without a unit.</summary>
    private RaUnit? AngleUnitOf(string keyword) => UnitOf(keyword)?.ToLowerInvariant() switch
    {
        "h" or "hr" or "hour" or "hours" or "hourangle" => RaUnit.Hours,
        "rad" or "radian" or "radians" => RaUnit.Radians,
        _ => null,
    };

    /// <summary>Returns a keyword as a native column: a number, otherwise text; null if its value is empty or undefined (FITS 4.0
    /// §4.1.2.3).</summary>
    /// <param name="keyword">The keyword.</param>
    /// <param name="name">The name of the column.</param>
    /// <param name="isRequired">False to return null if there is no such keyword.</param>
    /// <exception cref="SchemaMismatchException">There is no such keyword, and it is required, or it is an integer that would be
    /// rounded.</exception>
    internal ColumnData? Column(string keyword, string name, bool isRequired)
    {
        if (!Has(keyword) && !isRequired)
            return null;
        FitsCard card = CardOf(keyword) ?? throw new SchemaMismatchException(path, null, $"there is no keyword '{keyword}'",
                "Correct 'keywords' in the recipe's source")
        { IsOfCaller = true };
        string value = card.Value?.Trim() ?? "";
        ColumnSchema schema = new()
        {
            Name = name,
            DType = DType.String,
            Nullable = true,
            Description = card.Comment is { Length: > 0 } comment ? comment : null,
        };
        if (card.IsText || !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            return TextColumnData.From(schema, [value.Length == 0 ? null : value]);
        if (!IsExact(value, number))
            throw new SchemaMismatchException(path, null, $"keyword {keyword} = {value} is an integer that float64, the type of numbers in "
                + "keywords, does not represent exactly", "Name it as 'id' in the recipe's source, or remove it from 'keywords'")
            { IsOfCaller = true };
        return new ColumnData<double>(schema with { DType = DType.Float64 }, new[] { number });
    }

    // Rounding would make another object of an identifier.
    private static bool IsExact(string value, double number) => Math.Abs(number) < 1L << 53
        || !BigInteger.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger integer)
        || new BigInteger(number) == integer;

    /// <summary>Returns true if there is such a keyword, with or without a value.</summary>
    internal bool Has(string keyword) => CardOf(keyword) is not null;

    private FitsCard? CardOf(string keyword) =>
        own.Find(keyword) ?? primary.Find(keyword) ?? Undefined(own, keyword) ?? Undefined(primary, keyword);

    // Headers find keywords that have a value.
    private static FitsCard? Undefined(FitsHeader header, string keyword) =>
        header.Cards.FirstOrDefault(card => card.Keyword == keyword) is { Keyword.Length: > 0 } found ? found : null;

    /// <summary>The time scale that the file declares; null if it declares none.</summary>
    internal string? TimeScale => TextOrNull("TIMESYS")?.ToUpperInvariant() is { } word && TimeWords.IsScale(word) ? word : null;

    /// <summary>Returns the time scale of a column or keyword.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="name">The column or keyword, for messages.</param>
    /// <param name="declared">The scale that the file declares; null if it declares none.</param>
    /// <param name="stated">The scale that the recipe states; null if it states none.</param>
    /// <exception cref="SchemaMismatchException">They contradict each other, or there is neither.</exception>
    internal static string ScaleOf(string path, string name, string? declared, string? stated) =>
        declared is not null && stated is not null && !AreSame(declared, stated)
            ? throw new SchemaMismatchException(path, name, $"its times are {declared} in the file, but {stated} in the recipe",
                "Correct 'time_scale' in the recipe's source, or correct the file")
        : declared ?? stated ?? throw new SchemaMismatchException(path, name, "neither the file (TIMESYS) nor the recipe states the time "
            + "scale", "Set 'time_scale' in the recipe's source (UTC, TAI, TDB …)")
        { IsOfCaller = true };

    /// <summary>Returns whether two words are one time scale: synonyms (TDT and TT), and realizations (UTC(NIST)).</summary>
    internal static bool AreSame(string? one, string? other) => (TimeScales.Name(one) ?? one) == (TimeScales.Name(other) ?? other);

    /// <summary>Returns <c>mjd</c> and <c>mjd_end</c>, if their names are given.</summary>
    /// <param name="mjd">The name of the start.</param>
    /// <param name="mjdEnd">The name of the end.</param>
    /// <param name="text">Returns the text of a name; empty or NaN for a missing time.</param>
    /// <param name="invalid">Creates the error of a name whose text is not a time.</param>
    /// <param name="scaleOf">Returns the time scale of a name.</param>
    /// <param name="toMjd">Returns the factor that converts the values of a name to days, the MJD of 0 by the header, and the unit, which
    /// may state a zero point as the name does (<c>BTJD</c>); null if all are MJD.</param>
    internal static IEnumerable<ColumnData> Times(string? mjd, string? mjdEnd, Func<string, string> text,
        Func<string, string, Exception> invalid, Func<string, string> scaleOf,
        Func<string, (double DaysPerUnit, double ZeroMjd, string? Unit)>? toMjd = null)
    {
        foreach ((string name, string? from) in new[] { ("mjd", mjd), ("mjd_end", mjdEnd) })
            if (from is not null)
            {
                string value = text(from);
                bool isMissing = value.Length == 0 || value == "NaN";
                string scale = scaleOf(from);
                double day = double.NaN;
                bool isNumber = isMissing || double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out day);
                if (!isNumber && !TimeText.TryDate(value, scale, out day))
                    throw invalid(from, $"a modified Julian date, or {TimeText.Expected(scale)}");
                double zeroMjd = 0;
                NamedZero byWords = NamedZero.Of(from);
                if (isNumber && toMjd?.Invoke(from) is { } number)
                    (day, zeroMjd, byWords) = ((day * number.DaysPerUnit) + number.ZeroMjd, number.ZeroMjd,
                        byWords.And(NamedZero.Of(number.Unit)));
                if (isNumber && !isMissing)
                    day = byWords switch
                    {
                        { Kind: NamedZero.Meaning.JulianDates } when zeroMjd != -TimeWords.JdOfMjdZero =>
                            day >= TimeWords.JdOfMjdZero ? day - TimeWords.JdOfMjdZero
                                : throw invalid(from, "a Julian date, at least 2400000.5, because of the name or unit"),
                        { Kind: NamedZero.Meaning.Known, ZeroMjd: { } named } when zeroMjd == 0 => day + named,
                        { Kind: NamedZero.Meaning.Unclear } => throw invalid(from, "a modified Julian date; the zero point that the name "
                            + "or unit states is unclear"),
                        _ => day,
                    };
                yield return new ColumnData<double>(Modality.Common.Find(name)!.With(DType.Float64, []) with { Nullable = true },
                    new[] { day }, new[] { isMissing });
            }
    }
}
