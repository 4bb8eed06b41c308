using System.Globalization;

namespace Pile.Cli.Terminal;

/// <summary>Parses durations on the command line: a number of days, or a number with a unit.</summary>
internal static class DurationText
{
    private static readonly (string Suffix, double PerDay)[] Units = [("min", 1440), ("d", 1), ("h", 24), ("s", 86_400)];

    /// <summary>Reads a duration: days unless it has a unit (<c>3d</c>, <c>12h</c>, <c>30min</c>, <c>10s</c>).</summary>
    /// <exception cref="UsageException">The text is not a duration of at least 0.</exception>
    internal static double Days(string text, string option)
    {
        ReadOnlySpan<char> number = text.AsSpan().Trim();
        double perDay = 1;
        foreach ((string suffix, double unit) in Units)
            if (number.EndsWith(suffix, StringComparison.Ordinal))
            {
                number = number[..^suffix.Length].TrimEnd();
                perDay = unit;
                break;
            }
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            && value >= 0
            ? value / perDay
            : throw new UsageException($"{option} {text}: expected a duration: a number of days, or with a unit (3d, 12h, 30min).");
    }
}
