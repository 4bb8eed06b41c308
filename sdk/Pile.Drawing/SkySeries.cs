namespace Pile.Drawing;

/// <summary>Positions drawn alike: one catalogue, one survey, one side of a match.</summary>
/// <param name="Name">Name in the legend.</param>
/// <param name="RaDeg">Right ascension, ICRS degrees, shape [n]; NaN is left out.</param>
/// <param name="DecDeg">Declination, ICRS degrees in [-90, 90], shape [n]; NaN is left out.</param>
public sealed record SkySeries(string Name, ReadOnlyMemory<double> RaDeg, ReadOnlyMemory<double> DecDeg)
{
    internal void ThrowIfInconsistent()
    {
        if (RaDeg.Length != DecDeg.Length)
            throw new ArgumentException($"Series '{Name}': expected as many declinations as right ascensions, got {DecDeg.Length} and "
                + $"{RaDeg.Length}.");
    }

    /// <summary>The legend's text: the name, and how many positions are on the map.</summary>
    internal string Legend(int drawnCount) => drawnCount == RaDeg.Length ? $"{Name} ({drawnCount:N0})"
        : $"{Name} ({drawnCount:N0} of {RaDeg.Length:N0})";
}
