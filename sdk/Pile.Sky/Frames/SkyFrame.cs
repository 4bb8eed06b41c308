using System.Globalization;

namespace Pile.Sky;

/// <summary>A celestial frame: a system and, if the system has one, the year of its equinox.</summary>
internal readonly record struct SkyFrame
{
    private const double J2000 = 2000.0, B1950 = 1950.0;

    // The precession polynomials are fits around 2000; far from it their error exceeds a milliarcsecond.
    private const double EarliestYear = 1800.0, LatestYear = 2200.0;

    private SkyFrame(CelestialSystem system, double equinoxYear) => (System, EquinoxYear) = (system, equinoxYear);

    /// <summary>ICRS.</summary>
    public static SkyFrame Icrs => new(CelestialSystem.Icrs, J2000);

    /// <summary>FK5 at J2000.</summary>
    public static SkyFrame Fk5 => new(CelestialSystem.Fk5, J2000);

    /// <summary>FK4 at B1950, with E-terms.</summary>
    public static SkyFrame Fk4 => new(CelestialSystem.Fk4, B1950);

    /// <summary>Galactic.</summary>
    public static SkyFrame Galactic => new(CelestialSystem.Galactic, J2000);

    /// <summary>Mean ecliptic of J2000.</summary>
    public static SkyFrame Ecliptic => new(CelestialSystem.Ecliptic, J2000);

    /// <summary>Examples of the input of <see cref="TryParse"/>, for messages and help.</summary>
    public static string Words => "icrs, fk5, fk4, galactic, ecliptic, J2000, B1950, 'fk5 J1975'";

    /// <summary>The system.</summary>
    public CelestialSystem System { get; }

    /// <summary>The equinox: a Besselian year for FK4, a Julian one for FK5
    /// and ecliptic; 2000, which has no meaning, for the others.</summary>
    public double EquinoxYear { get; }

    /// <summary>Whether longitudes are right ascensions.</summary>
    public bool IsEquatorial => System is not (CelestialSystem.Galactic or CelestialSystem.Ecliptic);

    /// <summary>Creates the frame of a system at its usual equinox, or at a given one.</summary>
    /// <param name="system">The system.</param>
    /// <param name="equinoxYear">Besselian (FK4) or Julian year from 1800 to 2200; null: 1950 or 2000. Ignored for ICRS and
    /// galactic.</param>
    /// <exception cref="ArgumentOutOfRangeException">The year is outside this range.</exception>
    public static SkyFrame Of(CelestialSystem system, double? equinoxYear = null)
    {
        if (system is CelestialSystem.Icrs or CelestialSystem.Galactic)
            return new SkyFrame(system, J2000);
        double year = equinoxYear ?? (system is CelestialSystem.Fk4 or CelestialSystem.Fk4NoE ? B1950 : J2000);
        return year is >= EarliestYear and <= LatestYear ? new SkyFrame(system, year)
            : throw new ArgumentOutOfRangeException(nameof(equinoxYear), equinoxYear,
                $"Expected an equinox from {EarliestYear} to {LatestYear}.");
    }

    /// <summary>Parses a frame as written by users, VOTable, FITS and astropy, in any case.</summary>
    /// <param name="text"><c>icrs</c>, <c>fk5</c>, <c>fk4</c>, <c>fk4-no-e</c>, <c>galactic</c>, <c>ecliptic</c>, VOTable's <c>eq_FK5</c>,
    /// <c>eq_FK4</c>, <c>ecl_FK5</c>; optionally followed by an equinox (<c>fk5 J1975</c>); or an equinox alone (<c>J2000</c>: FK5,
    /// <c>B1950</c>: FK4).</param>
    /// <param name="frame">The frame.</param>
    /// <returns>False for any other text, including an equinox of the wrong kind.</returns>
    public static bool TryParse(string? text, out SkyFrame frame)
    {
        frame = default;
        string[] words = (text ?? "").ToUpperInvariant().Split([' ', '(', ')', ',', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words is not ([_] or [_, _]))
            return false;
        CelestialSystem? named = words[0] switch
        {
            "ICRS" => CelestialSystem.Icrs,
            "FK5" or "EQ_FK5" => CelestialSystem.Fk5,
            "FK4" or "EQ_FK4" => CelestialSystem.Fk4,
            "FK4-NO-E" or "FK4NOETERMS" => CelestialSystem.Fk4NoE,
            "GALACTIC" or "GAL" => CelestialSystem.Galactic,
            "ECLIPTIC" or "ECL_FK5" or "BARYCENTRICMEANECLIPTIC" => CelestialSystem.Ecliptic,
            _ => null,
        };
        if (named is null && words.Length > 1)
            return false;
        double? year = null;
        if (named is null || words.Length > 1)
        {
            char letter = words[^1][0];
            bool isBesselian = named is CelestialSystem.Fk4 or CelestialSystem.Fk4NoE || (named is null && letter == 'B');
            string digits = letter == (isBesselian ? 'B' : 'J') ? words[^1][1..] : named is null ? "" : words[^1];
            if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
                || number is < EarliestYear or > LatestYear
                || named is CelestialSystem.Icrs or CelestialSystem.Galactic)
                return false;
            year = number;
            named ??= isBesselian ? CelestialSystem.Fk4 : CelestialSystem.Fk5;
        }
        frame = Of(named.Value, year);
        return true;
    }

    /// <summary>Formats the frame as in FITS, with the equinox if it is not the
    /// usual one: <c>FK5</c>, <c>FK5 J1975</c>, <c>FK4 B1900</c>.</summary>
    public override string ToString() => System switch
    {
        CelestialSystem.Icrs => "ICRS",
        CelestialSystem.Fk5 => $"FK5{Equinox('J', J2000)}",
        CelestialSystem.Fk4 => $"FK4{Equinox('B', B1950)}",
        CelestialSystem.Fk4NoE => $"FK4-NO-E{Equinox('B', B1950)}",
        CelestialSystem.Galactic => "GALACTIC",
        _ => $"ECLIPTIC{Equinox('J', J2000)}",
    };

    private string Equinox(char letter, double usual) =>
        EquinoxYear == usual ? "" : string.Create(CultureInfo.InvariantCulture, $" {letter}{EquinoxYear}");
}
