using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources;

/// <content>Dates in the forms of old headers.</content>
internal sealed partial class HeaderValues
{
    private const string Correct = "Name another keyword as 'mjd' or 'mjd_end' in the recipe's source, or correct the header";

    [GeneratedRegex("^(?<day>[0-9]{2})/(?<month>[0-9]{2})/(?<year>[0-9]{2})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OldDate();

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex DateOnly();

    [GeneratedRegex(@"^((?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ])?(?<hours>[0-9]{1,2}):(?<minutes>[0-9]{1,2})"
        + @"(:(?<seconds>[0-9]{1,2})(?<fraction>\.[0-9]+)?\.?)?(?<utc> ?[Zz])?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TimeOfDay();

    /// <summary>Returns the text of a keyword with a time. A date of the years before 2000, <c>31/01/98</c> (FITS 4.0 §4.4.2.1), becomes
    /// <c>1998-01-31</c>, and one without a time of day gets that of the keyword for it: TIME-OBS for DATE-OBS, as in headers of IRAF and
    /// HST, otherwise UTC-OBS or UT. A time of day may follow the same date, and <c>Z</c> may follow it in UTC.</summary>
    /// <param name="keyword">The keyword.</param>
    /// <param name="scale">The time scale; UTC-OBS and UT are read only in UTC and UT1.</param>
    /// <param name="row">The row of the object, for messages.</param>
    /// <returns>Null if there is no such keyword.</returns>
    /// <exception cref="SchemaMismatchException">TIME-OBS is not a time of day, or has another date.</exception>
    /// <exception cref="ValueInvalidException">The date, with the time of day, is not a time.</exception>
    internal string? TimeOrNull(string keyword, string? scale, long row)
    {
        string? text = TextOrNull(keyword);
        FitsHeader header = own.Contains(keyword) ? own : primary;
        if (string.IsNullOrEmpty(text) || text == "NaN" || !keyword.StartsWith("DATE", StringComparison.OrdinalIgnoreCase)
            || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            return text;
        string date = text;
        bool isFits = header.Text.Length > 0; // other formats have no dates of the old form
        if (isFits && OldDate().Match(text) is { Success: true } old)
            date = $"19{old.Groups["year"].Value}-{old.Groups["month"].Value}-{old.Groups["day"].Value}";
        (string time, string from) = DateOnly().IsMatch(date) ? TimeOfDayIn(header, keyword, date, scale) ?? ("", "") : ("", "");
        return scale is null || TimeText.TryDate(date + time, scale, out _) ? date + time
            : throw new ValueInvalidException(path, row, keyword, $"'{text}'{from}",
                $"a modified Julian date, or {TimeText.Expected(scale)}"
                    + (isFits ? ", or the form DD/MM/YY of the years 1900 to 1999" : ""),
                "Skip bad rows (BuildSettings.SkipsBadRows), or leave out this file");
    }

    /// <summary>Finds the time of day of a date.</summary>
    /// <param name="header">The header of the date.</param>
    /// <param name="ofDate">The keyword of the date.</param>
    /// <param name="date">The date, as in 1998-01-31.</param>
    /// <param name="scale">The time scale.</param>
    /// <returns>The text to append to the date, and the keyword with its text for messages; null if there is no such keyword.</returns>
    private (string Time, string From)? TimeOfDayIn(FitsHeader header, string ofDate, string date, string? scale)
    {
        string keyword = $"TIME{ofDate[4..]}";
        if (keyword.Length > 4 && header.GetText(keyword)?.Trim() is { Length: > 0 } stated)
            return Found(keyword) ?? throw new SchemaMismatchException(path, null,
                $"{keyword} = '{stated}' should be the time of day of {ofDate}, such as 12:30:15.5", Correct);
        return !keyword.Equals("TIME-OBS", StringComparison.OrdinalIgnoreCase) || TimeScales.Name(scale) is not ("UTC" or "UT1")
            ? null : Found("UTC-OBS") ?? Found("UT");

        (string, string)? Found(string name)
        {
            if (header.GetText(name)?.Trim() is not { Length: > 0 } text || TimeOfDay().Match(text) is not { Success: true } time)
                return null;
            if (time.Groups["date"] is { Success: true } own && own.Value != date)
                throw new SchemaMismatchException(path, null,
                    $"{name} = '{text}' has another date than {ofDate} = '{header.GetText(ofDate)?.Trim()}'", Correct);
            return (Iso(time), $" with {name} = '{text}'");
        }
    }

    private static string Iso(Match time) =>
        $"T{time.Groups["hours"].Value.PadLeft(2, '0')}:{time.Groups["minutes"].Value.PadLeft(2, '0')}:"
            + $"{time.Groups["seconds"].Value.PadLeft(2, '0')}{time.Groups["fraction"].Value}{time.Groups["utc"].Value.ToUpperInvariant()}";
}
