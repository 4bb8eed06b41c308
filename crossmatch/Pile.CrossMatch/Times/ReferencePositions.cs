namespace Pile.CrossMatch;

/// <summary>The largest light time between reference positions of times (FITS 4.0, table 31).</summary>
internal static class ReferencePositions
{
    /// <summary>The light time between the Earth and the Sun or the barycentre.</summary>
    internal const double EarthToSunSeconds = 500;

    // The radius of the Earth; the distance of the barycentre of the Earth and the Moon from an observer; of the Sun from the barycentre.
    private const double TopocentreSeconds = 0.022, EarthMoonSeconds = 0.04, SunSeconds = 6;

    /// <summary>Returns true if two positions are the same. FITS compares only eight letters.</summary>
    internal static bool AreEqual(string a, string b) => Name(a) == Name(b);

    /// <summary>Returns the largest difference in seconds of times for two positions; infinity if it has no bound that is of use.</summary>
    /// <param name="a">A position; null if unknown.</param>
    /// <param name="b">Another position.</param>
    internal static double LargestDifferenceSeconds(string? a, string? b)
    {
        if (a is null || b is null)
            return EarthToSunSeconds;
        (string nameA, string nameB) = (Name(a), Name(b));
        (int kindA, int kindB) = (KindOf(nameA), KindOf(nameB));
        return nameA == nameB ? 0
            : kindA == 0 || kindB == 0 ? double.PositiveInfinity
            : kindA == 3 && kindB == 3 ? SunSeconds
            : kindA == 3 || kindB == 3 ? EarthToSunSeconds
            : kindA == 2 || kindB == 2 ? EarthMoonSeconds : TopocentreSeconds;
    }

    private static int KindOf(string name) => name switch
    {
        "TOPOCENT" or "GEOCENTE" => 1,
        "EMBARYCE" => 2,
        "HELIOCEN" or "BARYCENT" => 3,
        _ => 0,
    };

    private static string Name(string reference)
    {
        string letters = reference.ToUpperInvariant();
        letters = letters[..Math.Min(letters.Length, 8)];
        return letters == "GEOCENTR" ? "GEOCENTE" : letters;
    }
}
