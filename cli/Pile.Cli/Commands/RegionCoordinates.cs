using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary>Reads the coordinates of a region in the frame of a dataset, or converts them to it.</summary>
/// <param name="frame">The frame of the dataset.</param>
/// <param name="from">The frame of the coordinates, if the dataset is on the sky.</param>
/// <param name="unit">The unit of numbers; null for degrees.</param>
internal sealed class RegionCoordinates(PositionFrame frame, SkyFrame from, RaUnit? unit)
{
    private readonly bool isEquatorial = !frame.IsEarth && from.IsEquatorial;

    /// <summary>Reads a position: longitude and latitude on the earth, otherwise ICRS.</summary>
    /// <exception cref="UsageException">The text is not a position.</exception>
    internal (double LonDeg, double LatDeg) Position(string lon, string lat, string option) =>
        FrameConversion.ToIcrs(from).Convert(Longitude(lon, option), Latitude(lat, option));

    /// <summary>Reads a right ascension or longitude.</summary>
    /// <exception cref="UsageException">The text is not a longitude.</exception>
    internal double Longitude(string text, string option)
    {
        double degrees = PositionText.TryRightAscension(text, unit, isEquatorial, out double read) ? read
            : unit is RaUnit.Sexagesimal ? throw new UsageException(
                $"{option} {text}: expected sexagesimal text, as --ra-unit says: {(isEquatorial ? "12:34:56.7 or 12h34m56.7s"
                    : "123:34:56.7 or 123d34m56.7s")}.")
            : AngleText.CoordinateDeg(text, option);
        return degrees is >= -180 and <= 360 ? degrees : throw new UsageException(
            $"{option} {text}: {(isEquatorial ? frame.LonWords : PositionFrame.Wgs84.LonWords)} must be between 0 and 360 degrees, or "
            + "-180 and 180.");
    }

    /// <summary>Reads a declination or latitude.</summary>
    /// <exception cref="UsageException">The text is not a latitude.</exception>
    internal double Latitude(string text, string option)
    {
        double degrees = PositionText.TryDeclination(text, unit, out double read) ? read
            : unit is RaUnit.Sexagesimal ? throw new UsageException(
                $"{option} {text}: expected sexagesimal text, as --ra-unit says: -05:06:07.8 or -5d6m7.8s.")
            : AngleText.CoordinateDeg(text, option);
        return Math.Abs(degrees) <= 90 ? degrees : throw new UsageException(
            $"{option} {text}: {(isEquatorial ? frame.LatWords : PositionFrame.Wgs84.LatWords)} must be between -90 and 90 degrees.");
    }
}
