using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>Spellings of the jansky in headers: <c>JY/BEAM</c> of AIPS, <c>MJY/SR</c> of IRIS, <c>Jansky</c>.</summary>
internal static partial class JanskyUnits
{
    /// <summary>Normalizes the spelling; returns other units unchanged. In capitals, M is mega only in <c>MJY/SR</c>: surface brightnesses
    /// per steradian are not stated in millijanskys, but <c>MJY</c> and <c>MJY/BEAM</c> may be either.</summary>
    internal static string Normalize(string unit) => Capitals().Match(unit) is { Success: true } match
        ? $"{(match.Groups["mega"].Success ? "MJy" : "Jy")}/{match.Groups["per"].Value.ToLowerInvariant()}"
        : Word().Replace(unit, "Jy");

    [GeneratedRegex(@"^(?:(?<mega>MJY)\s*/\s*(?<per>SR)|JY\s*/\s*(?<per>SR|BEAM|PIXEL))$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Capitals();

    [GeneratedRegex("(?<![A-Za-z])(JY|jy|JANSKY|[Jj]anskys?)(?![A-Za-z])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();
}
