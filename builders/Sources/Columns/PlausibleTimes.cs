using System.Globalization;

namespace Pile.Builders.Sources;

/// <summary>Reports the first time of a source that is outside the years 1600 to 2300, or in 1858 to 1886, where decimal years and days
/// since a later date than that of MJD (BTJD, BKJD, HJD − 2450000) are. Such a time is stored, because it may be one of a model or of an
/// old plate; more often, its unit or zero point is another than the recipe says.</summary>
/// <param name="remedy">What to do about a wrong unit or zero point.</param>
internal sealed class PlausibleTimes(string remedy)
{
    private const double FirstMjd = -94_553, EndMjd = 161_117; // 1600-01-01, 2300-01-01
    private const double FirstSmall = 1, EndSmall = 10_000; // 1858-11-18, 1886-04-04

    private int isReported;

    /// <summary>True after the first report.</summary>
    internal bool IsReported => Volatile.Read(ref isReported) != 0;

    /// <summary>Returns true for a time within the years, and for a missing one.</summary>
    /// <param name="mjd">The time as MJD; NaN if it is missing.</param>
    internal static bool IsPlausible(double mjd) => mjd is >= FirstMjd and < FirstSmall or >= EndSmall and < EndMjd || double.IsNaN(mjd);

    /// <summary>Reports a time that is not plausible if it is the first.</summary>
    /// <param name="mjd">The time as MJD.</param>
    /// <param name="column">The column or keyword.</param>
    /// <param name="value">The value as the source has it.</param>
    /// <param name="report">Receives the message, and adds the name of the file.</param>
    internal void Report(double mjd, string column, string value, Action<string> report)
    {
        if (Interlocked.Exchange(ref isReported, 1) == 0)
            report(string.Create(CultureInfo.InvariantCulture, $"column '{column}': the value {value} becomes the MJD {mjd:R}, which is "
                + $"{(mjd is >= FirstSmall and < EndSmall ? "before 1886" : "not within the years 1600 to 2300")}. {remedy}. "
                + $"Other such times of the source are not reported."));
    }
}
