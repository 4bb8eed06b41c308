using System.Globalization;
using Pile.Fits;
using Pile.Sky;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The system of an image's WCS as a frame that can be converted.</summary>
internal static class WcsFrames
{
    /// <summary>Names the frame.</summary>
    /// <exception cref="FitsException">It is not one of those that are converted, or its equinox is absurd.</exception>
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
            // told below
        }
        throw new FitsException(image.Path, image.Hdu,
            $"its WCS is in {frame.Name}{(frame.EquinoxYear is { } year ? string.Create(CultureInfo.InvariantCulture, $" {year}") : "")}; "
                + "ICRS, FK5, FK4, galactic and ecliptic are known. Give the image another WCS, or leave it out.");
    }
}
