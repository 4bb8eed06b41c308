using System.Globalization;

namespace Pile.Cli.Terminal;

/// <summary>Parses distances on the earth on the command line: <c>500m</c>, <c>2.5km</c>.</summary>
internal static class DistanceText
{
    /// <summary>Reads a distance in metres.</summary>
    /// <returns>Null if the text has no unit of distance; it may be an angle.</returns>
    /// <exception cref="UsageException">The text has a unit of distance, but is not a number of at least 0.</exception>
    internal static double? MetresOrNull(string text, string option)
    {
        ReadOnlySpan<char> number = text.AsSpan().Trim();
        if (number.IsEmpty || number[^1] != 'm')
            return null;
        bool isKm = number.EndsWith("km", StringComparison.Ordinal);
        number = number[..^(isKm ? 2 : 1)];
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            && value >= 0 ? (isKm ? value * 1000 : value)
            : throw new UsageException($"{option} {text}: expected a distance of at least 0 in metres or kilometres: 500m, 2.5km.");
    }
}
