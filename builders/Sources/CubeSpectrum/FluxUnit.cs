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
/// <param name="Spaxel">The unit of the cube, with the names of beams and angles as in FITS.</param>
/// <param name="Sum">The unit of the sum: the unit of the cube without "per spaxel", "per arcsec2" or "per beam".</param>
/// <param name="Per">What the values refer to.</param>
/// <param name="PerArcsec2">The solid angle of the unit in arcsec²; 1 if the unit is not per solid angle.</param>
internal sealed partial record FluxUnit(string Spaxel, string Sum, FluxPer Per, double PerArcsec2)
{
    /// <summary>The part of a regular expression for the power after a name.</summary>
    internal const string Power =
        @"(\s*(\*\*|\^)?\s*(\((?<power>[+-]?\d{1,3})\)|\{(?<power>[+-]?\d{1,3})\}|(?<power>[+-]?\d{1,3})))?";

    // Not the e of a number such as 1e-17.
    [GeneratedRegex(@"(?<![A-Za-z_])(?!(?<=\d)[eEdD][+-]?\d)(?<name>[A-Za-z_\u00b5\u03bc\u00c5]+)" + Power,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Name();

    /// <summary>Reads a unit.</summary>
    /// <returns>The unit; null, with the reason, if values of the unit cannot be summed, or if it is divided by something unknown, which
    /// may be an area.</returns>
    internal static FluxUnit? TryParse(string unit, out string? reason)
    {
        reason = NonAdditiveUnit.Reason(unit.Trim());
        if (reason is not null)
            return null;
        string text = SpaxelAreas.Normalize(unit.Trim());
        if (text.Contains('"', StringComparison.Ordinal) || text.Contains("''", StringComparison.Ordinal))
            reason = $"'{unit.Trim()}' is neither per spaxel nor per solid angle nor per beam: write arcseconds as 'arcsec'";
        FluxUnit? parsed = null;
        foreach (Match match in Name().Matches(text))
        {
            string name = match.Groups["name"].Value;
            int power = PowerOf(text, match);
            if (SpaxelAreas.Find(name, power, out FluxPer per) is { } arcsec2)
            {
                if (double.IsNaN(arcsec2) || parsed is not null || IsFraction(text.AsSpan(match.Index + match.Length)))
                    reason = $"'{unit.Trim()}' is neither per spaxel nor per solid angle nor per beam";
                parsed = new(text, Without(text, match), per, arcsec2);
            }
            else if (power < 0 && !KnownDenominators.Contains(name))
                reason ??= $"'{unit.Trim()}' is neither per spaxel nor per solid angle nor per beam: '{name}' is not a known unit";
        }
        return reason is null ? parsed ?? new(text, text, FluxPer.Spaxel, 1) : null;
    }

    /// <summary>Returns true if the name that a regular expression with <see cref="Power"/> matched is in the denominator.</summary>
    internal static bool IsInverse(string text, Match match) => PowerOf(text, match) < 0;

    private static int PowerOf(string text, Match match) => (IsDenominator(text, match.Index) ? -1 : 1)
        * (match.Groups["power"] is { Success: true } digits ? int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture) : 1);

    // A power such as 1.5, or one with too many digits.
    private static bool IsFraction(ReadOnlySpan<char> rest) => rest is [>= '0' and <= '9', ..] or ['.', >= '0' and <= '9', ..];

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
