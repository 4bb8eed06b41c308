namespace Pile.Tables;

/// <summary>What right ascension is given in, when the caller says it.</summary>
public enum RaUnit
{
    /// <summary>Degrees; text like <c>188 44 15.2</c> is then degrees, minutes and seconds.</summary>
    Degrees,

    /// <summary>Hours of 15 degrees.</summary>
    Hours,

    /// <summary>Radians; declination too, unless its column has a unit.</summary>
    Radians,

    /// <summary>Text: hours, minutes and seconds; declination in degrees, minutes and seconds.</summary>
    Sexagesimal,
}
