using System.Globalization;

namespace Pile.Drawing;

/// <summary>Positions that are drawn in the same style: one catalogue, one survey, one side of a match.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="RaDeg">Right ascension, ICRS degrees, shape [n]; NaN is left out.</param>
/// <param name="DecDeg">Declination, ICRS degrees in [-90, 90], shape [n]; NaN is left out.</param>
public sealed record SkySeries(string Name, ReadOnlyMemory<double> RaDeg, ReadOnlyMemory<double> DecDeg)
{
    internal void ThrowIfInconsistent()
    {
        if (RaDeg.Length != DecDeg.Length)
            throw new ArgumentException($"Series '{Name}': expected the same number of declinations and right ascensions, got "
                + $"{DecDeg.Length} and {RaDeg.Length}.");
    }

    /// <summary>Returns the legend's text: the name, and the number of positions on the map.</summary>
    internal string Legend(int drawnCount) => drawnCount == RaDeg.Length
        ? string.Create(CultureInfo.InvariantCulture, $"{Name} ({drawnCount:N0})")
        : string.Create(CultureInfo.InvariantCulture, $"{Name} ({drawnCount:N0} of {RaDeg.Length:N0})");
}
