using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>Constants with which units are converted in place of those of wcslib, which are rounded (pc is 3.0857E16 m) or those of 1998
/// (eV).</summary>
internal static partial class UnitConstants
{
    private const double AstronomicalUnitM = 149_597_870_700; // IAU 2012, resolution B2
    private const double ParsecM = 648_000 / Math.PI * AstronomicalUnitM; // IAU 2015, resolution B2
    private const double PowersOfUnit = 12; // powers are multiples of 1/12: units have powers of integers and roots

    /// <summary>h · c in J · m; both are exact (SI 2019).</summary>
    internal const double PlanckTimesLightSpeed = 6.626_070_15e-34 * 299_792_458;

    // The unit, one of SI in its place that takes the same prefixes, and its value. u and Ry: CODATA 2018.
    private static readonly (string Word, string Si, double Value)[] Units =
    [
        ("eV", "J", 1.602_176_634e-19), ("pc", "m", ParsecM), ("AU", "m", AstronomicalUnitM), ("u", "kg", 1.660_539_066_60e-27),
        ("Ry", "J", 2.179_872_361_103_5e-18),
    ];

    /// <summary>Converts between two units as wcslib does.</summary>
    /// <returns>False if there is no factor.</returns>
    internal delegate bool Conversion(string from, string to, out double factor);

    /// <summary>Returns the factor that corrects a factor between two units for the constants of wcslib.</summary>
    /// <param name="from">The unit of the values.</param>
    /// <param name="to">The target unit.</param>
    /// <param name="factor">The factor of wcslib.</param>
    /// <param name="convert">Converts as wcslib does.</param>
    internal static double CorrectionOf(string from, string to, double factor, Conversion convert)
    {
        double correction = 1;
        foreach ((string word, string si, double value) in Units)
        {
            (string plainFrom, string plainTo) = (Replace(from, word, si), Replace(to, word, si));
            if ((plainFrom == from && plainTo == to) || !convert(plainFrom, plainTo, out double plain)
                || !convert(word, si, out double ofWcslib))
                continue;
            double power = Math.Round(Math.Log(factor / plain) / Math.Log(ofWcslib) * PowersOfUnit) / PowersOfUnit;
            correction *= Math.Pow(value / ofWcslib, power);
        }
        return correction;
    }

    private static string Replace(string unit, string word, string si) =>
        Name().Replace(unit, match => match.Groups["word"].Value == word ? match.Groups["prefix"].Value + si : match.Value);

    [GeneratedRegex("(?<![A-Za-z])(?:(?<prefix>da|[yzafpnumcdhkMGTPEZY])?(?<word>eV|pc)|(?<word>AU|u|Ry))(?![A-Za-z])",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Name();
}
