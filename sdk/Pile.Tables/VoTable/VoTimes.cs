using System.Globalization;
using System.Xml;
using Pile.Format;

namespace Pile.Tables.VoTable;

/// <summary>Reads the time systems of a VOTable (VOTable 1.4, section 3.5).</summary>
internal static class VoTimes
{
    /// <summary>Reads a TIMESYS, on which the reader is; null if its scale is unknown.</summary>
    internal static VoTimeSystem? Of(XmlReader xml) =>
        VoTimeSystem.Of(xml.GetAttribute("timescale"), xml.GetAttribute("refposition"), xml.GetAttribute("timeorigin"));

    /// <summary>Returns the epoch of a COOSYS as a Julian year; null without one, or if it is not a year.</summary>
    /// <param name="text">The attribute: <c>J2015.5</c>, <c>B1950.0</c>, or a year without a letter, which is Besselian in FK4 and Julian
    /// in other systems.</param>
    /// <param name="system">The system.</param>
    internal static double? EpochOf(string? text, string system)
    {
        ReadOnlySpan<char> year = text.AsSpan().Trim();
        bool hasLetter = year is ['J' or 'B', ..],
            isBesselian = hasLetter ? year[0] == 'B' : system.Contains("FK4", StringComparison.OrdinalIgnoreCase);
        if (!double.TryParse(hasLetter ? year[1..] : year, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            || value > Manifest.MaxEpochYear)
            return null;
        return !isBesselian ? value
            : Math.Round(2000 + ((TimeWords.MjdOfBesselianYear(value) - TimeWords.MjdOfJulianYear(2000)) / 365.25), 9); // SOFA epj
    }
}
