namespace Pile.Sky;

/// <summary>Converts positions between a frame and ICRS. Thread-safe.</summary>
/// <remarks>
/// Directions only: without proper motion and parallax, and the epoch of an FK4 position is assumed to be its equinox. Agrees with astropy
/// 5.2 to 0.01 mas over the whole sky (tests). Precession: IAU 2006 (Hilton et al. 2006). FK4: Murray 1989, with E-terms. Galactic: the
/// system of 1958. Ecliptic: mean ecliptic.
/// </remarks>
internal sealed class FrameConversion
{
    private readonly Matrix3 matrix;
    private readonly UnitVector terms;
    private readonly bool isIdentity;
    private readonly bool toIcrs;
    private readonly bool hasTerms;

    private FrameConversion(SkyFrame frame, bool toIcrs)
    {
        Frame = frame;
        this.toIcrs = toIcrs;
        isIdentity = frame.System is CelestialSystem.Icrs;
        hasTerms = frame.System is CelestialSystem.Fk4;
        terms = hasTerms ? ETerms.At(frame.EquinoxYear) : default;
        matrix = toIcrs ? FrameMatrices.ToIcrs(frame) : FrameMatrices.FromIcrs(frame);
    }

    /// <summary>Creates a conversion from a frame to ICRS.</summary>
    public static FrameConversion ToIcrs(SkyFrame from) => new(from, toIcrs: true);

    /// <summary>Creates a conversion from ICRS to a frame.</summary>
    public static FrameConversion FromIcrs(SkyFrame to) => new(to, toIcrs: false);

    /// <summary>The frame on the side that is not ICRS.</summary>
    public SkyFrame Frame { get; }

    /// <summary>Converts positions, element by element.</summary>
    /// <param name="longitudeDeg">Longitudes or right ascensions: degrees, any finite value, shape [n].</param>
    /// <param name="latitudeDeg">Latitudes or declinations: degrees in [-90, 90], shape [n].</param>
    /// <param name="destinationLongitudeDeg">Receives longitudes in [0, 360); unchanged longitudes from ICRS to ICRS. Shape [n] or longer;
    /// can be the input.</param>
    /// <param name="destinationLatitudeDeg">Receives latitudes. Shape [n] or longer; can be the input.</param>
    /// <remarks>If either coordinate is NaN, both results are NaN.</remarks>
    /// <exception cref="ArgumentException">The inputs differ in length, or a destination is shorter.</exception>
    public void Convert(ReadOnlySpan<double> longitudeDeg, ReadOnlySpan<double> latitudeDeg, Span<double> destinationLongitudeDeg,
        Span<double> destinationLatitudeDeg)
    {
        int n = longitudeDeg.Length;
        if (latitudeDeg.Length != n || destinationLongitudeDeg.Length < n || destinationLatitudeDeg.Length < n)
            throw new ArgumentException($"Expected two inputs of length {n} and two destinations of at least {n}.");
        for (int i = 0; i < n; i++)
            (destinationLongitudeDeg[i], destinationLatitudeDeg[i]) = Convert(longitudeDeg[i], latitudeDeg[i]);
    }

    /// <summary>Converts one position.</summary>
    /// <param name="longitudeDeg">Longitude or right ascension: degrees, any finite value.</param>
    /// <param name="latitudeDeg">Latitude or declination: degrees in [-90, 90].</param>
    public (double LongitudeDeg, double LatitudeDeg) Convert(double longitudeDeg, double latitudeDeg)
    {
        if (isIdentity)
            return (longitudeDeg, latitudeDeg);
        UnitVector v = UnitVector.FromRaDec(longitudeDeg, latitudeDeg);
        if (hasTerms && toIcrs)
            v = ETerms.Remove(v, terms);
        v = matrix * v;
        if (hasTerms && !toIcrs)
            v = ETerms.Add(v, terms);
        return v.ToAngles();
    }
}
