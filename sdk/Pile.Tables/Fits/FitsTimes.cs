using System.Globalization;
using Pile.Fits;
using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables.Fits;

/// <summary>Reads the meaning of times in the columns of a FITS table (FITS 4.0, section 9), as astropy.io.fits.</summary>
internal static class FitsTimes
{
    private const string DefaultScale = "UTC";
    private const double StepTolerance = 1e-9; // of steps that were written with fewer digits
    private static readonly string[] ReferenceTimes = ["MJDREFI", "MJDREF", "JDREFI", "JDREF", "DATEREF"];

    /// <summary>Returns the scale, reference position and zero point of a column of times.</summary>
    /// <param name="header">The header of the table.</param>
    /// <param name="column">The column.</param>
    /// <param name="number">The number of the column, from 1.</param>
    /// <param name="isTime">True if the caller knows that the column has times.</param>
    /// <returns>Null if the column has no times, or their scale is not stated.</returns>
    /// <remarks>A column is a coordinate, whose values begin at the reference time, if its TCTYP is a scale or <c>TIME</c>, or if its name
    /// is <c>TIME</c>, or has no "JD" and the caller knows better. Values of other columns of times, such as <c>mjd</c>, are absolute.
    /// Without <c>TIMESYS</c> the scale is UTC (section 9.2.1) in headers that use the keywords of section 9: those with a reference
    /// time. The offset of all times, <c>TIMEOFFS</c> (section 9.4.1) or <c>TIMEZERO</c> (OGIP 93-003), is part of the zero
    /// point.</remarks>
    /// <exception cref="FitsException">The unit of an offset is not a unit of time, or is ambiguous, or the times are in steps other than
    /// their unit.</exception>
    internal static TimeAxis? Of(FitsHeader header, FitsColumn column, int number, bool isTime = false)
    {
        string? type = Word(header, $"TCTYP{number}");
        bool isScale = type is not null && TimeWords.IsScale(type), isCoordinate = IsCoordinate(header, column, number, isTime);
        if (!isCoordinate && !isTime && (type is not null || !(column.Name.StartsWith("mjd", StringComparison.OrdinalIgnoreCase)
            || column.Ucd?.StartsWith("time.epoch", StringComparison.Ordinal) == true)))
            return null;
        string? stated = isScale ? type : Word(header, "TIMESYS");
        string? scale = stated ?? (type == "TIME" || HasReferenceTime(header) ? DefaultScale : null);
        return scale is null || !TimeWords.IsScale(scale) ? null
            : new TimeAxis(scale, Reference(header, number), isCoordinate
                ? ReferenceMjd(header, scale) + PixelZeroDays(header, column, number) + OffsetDays(header, column.Name, column.Unit) : 0)
            {
                AssumesScale = stated is null,
            };
    }

    /// <summary>Returns the unit of a column: its own, or if it is a column of times without one, that of its coordinate or of all times
    /// of the header (section 9.3).</summary>
    internal static string? UnitOf(FitsHeader header, FitsColumn column, int number, bool isTime = false) => column.Unit
        ?? (IsCoordinate(header, column, number, isTime) ? CoordinateUnit(header, number) : null);

    /// <summary>Returns the unit in days and the zero point of a keyword that is relative to the reference time: TSTART or TSTOP (section
    /// 9.5) of a header that has one; null for other keywords.</summary>
    /// <param name="header">The header with the keyword.</param>
    /// <param name="keyword">The keyword.</param>
    /// <param name="unit">The unit in the comment of the keyword, which TIMEUNIT precedes; null without one.</param>
    /// <param name="scale">The time scale, for a reference time that is a date.</param>
    /// <exception cref="FitsException">The unit is not one of time.</exception>
    internal static (double DaysPerUnit, double ZeroMjd)? OfKeyword(FitsHeader header, string keyword, string? unit, string scale)
    {
        if (keyword.ToUpperInvariant() is not ("TSTART" or "TSTOP") || !(HasReferenceTime(header) || header.Contains("BJDREFI")))
            return null;
        unit = Text(header, "TIMEUNIT") ?? unit ?? "s"; // the default of section 9.3
        return Units.TryDays(unit, out double days) ? (days, ReferenceMjd(header, scale) + OffsetDays(header, keyword, unit))
            : throw new FitsException(header.Path, header.Hdu, $"'{unit}' is not a unit of time, in which {keyword} is. Correct TIMEUNIT.");
    }

    private static bool IsCoordinate(FitsHeader header, FitsColumn column, int number, bool isTime) =>
        Word(header, $"TCTYP{number}") is { } type ? type == "TIME" || TimeWords.IsScale(type)
            : column.Name.Equals("TIME", StringComparison.OrdinalIgnoreCase)
                || (isTime && !column.Name.Contains("JD", StringComparison.OrdinalIgnoreCase));

    /// <summary>Appends the MJD of pairs of Julian dates.</summary>
    internal static void AppendMjd(FitsTable table, FitsColumn column, NumberColumnBuilder<double> destination, long firstRow, int rowCount)
    {
        double[] dates = new double[2 * rowCount];
        table.Read<double>(column, firstRow, rowCount, dates);
        Span<double> mjd = destination.AddRows(rowCount);
        for (int row = 0; row < rowCount; row++)
            mjd[row] = dates[2 * row] - TimeWords.JdOfMjdZero + dates[(2 * row) + 1];
    }

    private static string? Reference(FitsHeader header, int number)
    {
        string? word = Word(header, $"TRPOS{number}") ?? Word(header, "TREFPOS") ?? Word(header, "TIMEREF") switch // of OGIP 93-003
        {
            "SOLARSYSTEM" => "BARYCENTER",
            "LOCAL" => "TOPOCENTER",
            "HELIOCENTRIC" => "HELIOCENTER",
            "GEOCENTRIC" => "GEOCENTER",
            var other => other,
        };
        return word is not null && TimeWords.IsReference(word) ? word : null;
    }

    private static bool HasReferenceTime(FitsHeader header) => ReferenceTimes.Any(header.Contains);

    private static double ReferenceMjd(FitsHeader header, string scale) =>
        header.GetFloat64("MJDREFI") is { } days ? days + (header.GetFloat64("MJDREFF") ?? 0)
        : header.GetFloat64("MJDREF") is { } mjd ? mjd
        : header.GetFloat64("JDREFI") is { } julianDays ? julianDays - TimeWords.JdOfMjdZero + (header.GetFloat64("JDREFF") ?? 0)
        : header.GetFloat64("JDREF") is { } jd ? jd - TimeWords.JdOfMjdZero
        : header.GetFloat64("BJDREFI") is { } barycentricDays // Kepler and TESS
            ? barycentricDays - TimeWords.JdOfMjdZero + (header.GetFloat64("BJDREFF") ?? 0)
        : header.GetText("DATEREF") is { } date && DateTime.TryParse(date, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime time)
            ? OfClock((time - DateTime.UnixEpoch).TotalDays + 40_587, scale)
            : 0;

    private static double OfClock(double mjd, string scale) => TimeScales.Name(scale) == "UTC" ? LeapSeconds.OfClock(mjd) : mjd;

    /// <summary>Returns the time of the value 0 of a pixel list, in days since the reference time: TCRVL − TCRPX · TCDLT, in TCUNI. All
    /// times of an HDU are relative to its reference time (section 9.2.2), also TCRVL.</summary>
    /// <remarks>Values are in the unit of the column, so the step must be that unit: TCDLT = 1/86400 in d for values in s. Files of earlier
    /// versions have TCDLT = 1 with TCUNI = 'd' for values in any unit.</remarks>
    private static double PixelZeroDays(FitsHeader header, FitsColumn column, int number)
    {
        string unit = CoordinateUnit(header, number) ?? column.Unit ?? "s"; // the default of section 9.3
        double step = header.GetFloat64($"TCDLT{number}") ?? 1;
        if (step != 1 && !(column.Unit is { } own && Units.TryConvert(own, unit, out double expected)
            && Math.Abs(step - expected) <= StepTolerance * expected))
            throw new FitsException(header.Path, header.Hdu, string.Create(CultureInfo.InvariantCulture,
                $"'{column.Name}' has times in steps of TCDLT{number} = {step:R} {unit}, which is not the unit of its values, ")
                + $"{(column.Unit is null ? $"which have no TUNIT{number}" : $"'{column.Unit}'")}. Multiply the values by it, set "
                + $"TCDLT{number} to 1 and TCRPX{number} to 0, and TUNIT{number} to '{unit}'.");
        double zero = (header.GetFloat64($"TCRVL{number}") ?? 0) - ((header.GetFloat64($"TCRPX{number}") ?? 0) * step);
        if (zero == 0)
            return 0;
        return Units.TryDays(unit, out double days) ? zero * days
            : throw new FitsException(header.Path, header.Hdu, $"TCRVL{number} of the times '{column.Name}' has the unit '{unit}', which "
                + $"is not a unit of time. Correct TCUNI{number}.");
    }

    private static string? CoordinateUnit(FitsHeader header, int number) => Text(header, $"TCUNI{number}") ?? Text(header, "TIMEUNIT");

    private static double OffsetDays(FitsHeader header, string name, string? own)
    {
        double offset = header.GetFloat64("TIMEOFFS") ?? 0, zero = header.GetFloat64("TIMEZERI") is { } whole
            ? whole + (header.GetFloat64("TIMEZERF") ?? 0) : header.GetFloat64("TIMEZERO") ?? 0;
        if (offset == 0 && zero == 0)
            return 0;
        string keyword = offset != 0 ? "TIMEOFFS" : "TIMEZERO", given = header.GetText("TIMEUNIT")?.Trim() ?? "";
        string unit = given.Length > 0 ? given : "s"; // the default of section 9.3
        if (given.Length == 0 && own is { Length: > 0 } && own != unit)
            throw new FitsException(header.Path, header.Hdu, $"{keyword} is an offset of the times, whose unit is TIMEUNIT; that is "
                + $"missing, and its default, s, is not the unit of '{name}', '{own}'. Add TIMEUNIT to the header.");
        return Units.TryDays(unit, out double days) ? (offset + zero) * days
            : throw new FitsException(header.Path, header.Hdu, $"TIMEUNIT = '{unit}' is not a unit of time. Correct it.");
    }

    private static string? Text(FitsHeader header, string keyword) =>
        header.GetText(keyword)?.Trim() is { Length: > 0 } text ? text : null;

    private static string? Word(FitsHeader header, string keyword) =>
        header.GetText(keyword)?.Trim().ToUpperInvariant() is { Length: > 0 } word ? word : null;
}
