namespace Pile.Tables;

/// <summary>The unit of right ascension, as specified by the caller.</summary>
public enum RaUnit
{
    /// <summary>Degrees; text such as <c>188 44 15.2</c> is then in degrees, minutes and seconds.</summary>
    Degrees,

    /// <summary>Hours of 15 degrees.</summary>
    Hours,

    /// <summary>Radians; also for declination, unless its column has a unit.</summary>
    Radians,

    /// <summary>Text: hours, minutes and seconds; declination in degrees, minutes and seconds.</summary>
    Sexagesimal,
}
