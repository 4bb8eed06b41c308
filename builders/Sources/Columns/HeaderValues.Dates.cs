using System.Text.RegularExpressions;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources;

/// <content>Dates in the forms of old headers.</content>
internal sealed partial class HeaderValues
{
    [GeneratedRegex("^(?<day>[0-9]{2})/(?<month>[0-9]{2})/(?<year>[0-9]{2})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OldDate();

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex DateOnly();

    [GeneratedRegex(@"^(?<hours>[0-9]{1,2}):(?<minutes>[0-9]{1,2})(:(?<seconds>[0-9]{1,2})(?<fraction>\.[0-9]+)?\.?)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TimeOfDay();

    /// <summary>Returns the text of a keyword with a time. A date of the years before 2000, <c>31/01/98</c> (FITS 4.0 §4.4.2.1), becomes
    /// <c>1998-01-31</c>, and one without a time of day gets that of the keyword for it: TIME-OBS for DATE-OBS, as in headers of IRAF and
    /// HST, otherwise UTC-OBS or UT.</summary>
    /// <param name="keyword">The keyword.</param>
    /// <param name="scale">The time scale; UTC-OBS and UT are read only in UTC and UT1.</param>
    /// <returns>Null if there is no such keyword.</returns>
    /// <exception cref="SchemaMismatchException">TIME-OBS is not a time of day.</exception>
    internal string? TimeOrNull(string keyword, string? scale)
    {
        string? text = TextOrNull(keyword);
        if (text is null || !keyword.StartsWith("DATE", StringComparison.OrdinalIgnoreCase))
            return text;
        FitsHeader header = own.Contains(keyword) ? own : primary;
        if (header.Text.Length > 0 && OldDate().Match(text) is { Success: true } old) // other formats have no such rule
            text = $"19{old.Groups["year"].Value}-{old.Groups["month"].Value}-{old.Groups["day"].Value}";
        return DateOnly().IsMatch(text) && TimeOfDayIn(header, $"TIME{keyword[4..]}", scale) is { } time ? $"{text}T{time}" : text;
    }

    private string? TimeOfDayIn(FitsHeader header, string keyword, string? scale)
    {
        if (keyword.Length > 4 && header.GetText(keyword)?.Trim() is { Length: > 0 } stated)
            return Iso(stated) ?? throw new SchemaMismatchException(path, null,
                $"{keyword} = '{stated}' should be the time of day of DATE{keyword[4..]}, such as 12:30:15.5",
                "Name another keyword as 'mjd' or 'mjd_end' in the recipe's source, or correct the header");
        return !keyword.Equals("TIME-OBS", StringComparison.OrdinalIgnoreCase) || TimeScales.Name(scale) is not ("UTC" or "UT1")
            ? null : Iso(header.GetText("UTC-OBS")) ?? Iso(header.GetText("UT"));
    }

    private static string? Iso(string? text) => TimeOfDay().Match(text?.Trim() ?? "") is { Success: true } time
        ? $"{time.Groups["hours"].Value.PadLeft(2, '0')}:{time.Groups["minutes"].Value.PadLeft(2, '0')}:"
            + $"{time.Groups["seconds"].Value.PadLeft(2, '0')}{time.Groups["fraction"].Value}"
        : null;
}
