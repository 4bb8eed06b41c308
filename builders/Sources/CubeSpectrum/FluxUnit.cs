using System.Globalization;
using System.Text.RegularExpressions;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>What the values of a cube refer to, which determines how they are summed over spaxels.</summary>
internal enum FluxPer
{
    /// <summary>Per spaxel: the values are summed.</summary>
    Spaxel,

    /// <summary>Per solid angle: the sum is multiplied by the area of a spaxel.</summary>
    SolidAngle,

    /// <summary>Per beam: the sum is multiplied by the area of a spaxel and divided by the area of the beam.</summary>
    Beam,
}

/// <summary>The unit of a cube's values, and that of their sum.</summary>
/// <param name="Spaxel">The unit of the cube.</param>
/// <param name="Sum">The unit of the sum: the unit of the cube without "per spaxel", "per arcsec2" or "per beam".</param>
/// <param name="Per">What the values refer to.</param>
/// <param name="PerArcsec2">The solid angle of the unit in arcsec²; 1 if the unit is not per solid angle.</param>
internal sealed partial record FluxUnit(string Spaxel, string Sum, FluxPer Per, double PerArcsec2)
{
    private const double ArcsecPerDeg = 3600, ArcsecPerRad = 180 * 3600 / Math.PI;

    /// <summary>The part of a regular expression for the power after a name.</summary>
    internal const string Power = @"(\s*(\*\*|\^)?(\((?<power>[+-]?\d{1,3})\)|(?<power>[+-]?\d{1,3})))?";

    [GeneratedRegex("(?<![A-Za-z])(?<name>beam|spaxels?|pixels?|pix|arcsec|arcmin|deg|rad|sr)(?![A-Za-z])" + Power,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Angle();

    /// <summary>Reads a unit.</summary>
    /// <returns>The unit; null, with the reason, if values of the unit cannot be summed.</returns>
    internal static FluxUnit? TryParse(string unit, out string? reason)
    {
        string text = unit.Trim();
        reason = NonAdditiveUnit.Reason(text);
        if (reason is not null || Angle().Matches(text) is not { Count: > 0 } matches)
            return reason is null ? new(text, text, FluxPer.Spaxel, 1) : null;

        Match match = matches[0];
        string name = match.Groups["name"].Value.ToLowerInvariant();
        int power = PowerOf(text, match);
        (FluxPer per, double arcsec2) = (name, power) switch
        {
            ("beam", -1) => (FluxPer.Beam, 1),
            ("spaxel" or "spaxels" or "pixel" or "pixels" or "pix", -1) => (FluxPer.Spaxel, 1),
            ("arcsec", -2) => (FluxPer.SolidAngle, 1),
            ("arcmin", -2) => (FluxPer.SolidAngle, 60 * 60),
            ("deg", -2) => (FluxPer.SolidAngle, ArcsecPerDeg * ArcsecPerDeg),
            ("rad", -2) or ("sr", -1) => (FluxPer.SolidAngle, ArcsecPerRad * ArcsecPerRad),
            _ => (default, 0),
        };
        if (arcsec2 == 0 || matches.Count > 1)
        {
            reason = $"'{text}' is neither per spaxel nor per solid angle nor per beam";
            return null;
        }
        return new(text, Without(text, match), per, arcsec2);
    }

    /// <summary>Returns true if the name that a regular expression with <see cref="Power"/> matched is in the denominator.</summary>
    internal static bool IsInverse(string text, Match match) => PowerOf(text, match) < 0;

    private static int PowerOf(string text, Match match) => (IsDenominator(text, match.Index) ? -1 : 1)
        * (match.Groups["power"] is { Success: true } digits ? int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture) : 1);

    /// <summary>Returns true if a factor follows a slash, or is in parentheses that follow one.</summary>
    private static bool IsDenominator(string text, int index)
    {
        bool isInverse = false;
        if (text.AsSpan(0, index).TrimEnd() is [.., '/'])
            isInverse = true;
        int depth = 0;
        for (int i = index - 1; i >= 0; i--)
        {
            depth += text[i] switch { ')' => 1, '(' => -1, _ => 0 };
            if (depth >= 0)
                continue;
            depth = 0;
            if (text.AsSpan(0, i).TrimEnd() is [.., '/'])
                isInverse = !isInverse;
        }
        return isInverse;
    }

    private static string Without(string text, Match match)
    {
        string before = text[..match.Index].TrimEnd(), after = text[(match.Index + match.Length)..].Trim();
        if (before is [.., '/' or '*' or '.'])
            before = before[..^1].TrimEnd();
        else if (after is ['*' or '.', ..])
            after = after[1..].TrimStart();
        if (before is [.., '('] && after is [')', ..])
        {
            (before, after) = (before[..^1].TrimEnd(), after[1..].TrimStart());
            before = before.TrimEnd('/').TrimEnd();
        }
        bool isTight = before.Length == 0 || after.Length == 0 || after[0] is ')' or '/' or '*' || before[^1] is '(';
        return isTight ? before + after : $"{before} {after}";
    }
}
