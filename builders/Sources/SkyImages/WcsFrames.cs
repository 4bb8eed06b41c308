using System.Globalization;
using Pile.Fits;
using Pile.Sky;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Converts the celestial system of a WCS to a frame.</summary>
internal static class WcsFrames
{
    /// <summary>Returns the frame of a WCS.</summary>
    /// <exception cref="FitsException">The frame is unsupported, or its equinox is out of range.</exception>
    internal static SkyFrame Of(WcsFrame frame, FitsHeader image)
    {
        CelestialSystem? system = frame.System switch
        {
            SkySystem.Icrs => CelestialSystem.Icrs,
            SkySystem.Fk5 => CelestialSystem.Fk5,
            SkySystem.Fk4 => CelestialSystem.Fk4,
            SkySystem.Fk4NoE => CelestialSystem.Fk4NoE,
            SkySystem.Galactic => CelestialSystem.Galactic,
            SkySystem.Ecliptic => CelestialSystem.Ecliptic,
            _ => null,
        };
        try
        {
            if (system is { } known)
                return SkyFrame.Of(known, frame.EquinoxYear);
        }
        catch (ArgumentOutOfRangeException)
        {
            // reported below
        }
        throw new FitsException(image.Path, image.Hdu,
            $"its WCS is in {frame.Name}{(frame.EquinoxYear is { } year ? string.Create(CultureInfo.InvariantCulture, $" {year}") : "")}; "
                + "supported are ICRS, FK5, FK4, galactic and ecliptic. Convert the WCS of the image, or leave it out.");
    }
}
