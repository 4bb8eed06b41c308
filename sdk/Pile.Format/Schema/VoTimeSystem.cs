using System.Globalization;

namespace Pile.Format;

/// <summary>A TIMESYS of a VOTable (VOTable 1.4, section 3.5).</summary>
internal sealed record VoTimeSystem
{
    private readonly TimeAxis axis;
    private readonly bool hasOrigin;

    private VoTimeSystem(TimeAxis axis, bool hasOrigin) => (this.axis, this.hasOrigin) = (axis, hasOrigin);

    /// <summary>Reads the attributes of a time system; null if its scale or its origin is unknown.</summary>
    /// <param name="scale">The attribute <c>timescale</c>.</param>
    /// <param name="reference">The attribute <c>refposition</c>.</param>
    /// <param name="origin">The attribute <c>timeorigin</c>.</param>
    internal static VoTimeSystem? Of(string? scale, string? reference, string? origin)
    {
        (scale, reference) = (Word(scale), Word(reference));
        return scale is null || !TimeWords.IsScale(scale) || ZeroMjd(origin) is not { } zeroMjd ? null
            : new(new(scale, reference is not null && TimeWords.IsReference(reference) ? reference : null, zeroMjd), origin is not null);
    }

    /// <summary>Returns the meaning of the times of a field. Without an origin, years are those of a calendar: 2020.5 is a Julian year, or
    /// in the unit <c>Ba</c> a Besselian one.</summary>
    /// <param name="unit">The unit of the field.</param>
    internal TimeAxis AxisOf(string? unit) => hasOrigin ? axis : unit?.Trim() switch
    {
        "a" or "yr" or "year" or "years" => axis with { ZeroMjd = TimeWords.MjdOfJulianYear(0) },
        "Ba" => axis with { ZeroMjd = TimeWords.MjdOfBesselianYear(0) },
        _ => axis,
    };

    // The origin is a Julian date. Without one, values in days are absolute; with another word, their meaning is not known.
    private static double? ZeroMjd(string? origin) => origin?.Trim() switch
    {
        null or "MJD-origin" => 0,
        "JD-origin" => -TimeWords.JdOfMjdZero,
        { } text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double jd) => jd - TimeWords.JdOfMjdZero,
        _ => null,
    };

    private static string? Word(string? text) => text?.Trim().ToUpperInvariant() is { Length: > 0 } word ? word : null;
}
