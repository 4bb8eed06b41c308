using System.Globalization;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The options of a match of positions on the earth.</summary>
internal static class EarthMatch
{
    /// <summary>Checks the options against the frame of the sides, and returns them with distances as angles for the engine.</summary>
    /// <exception cref="ArgumentException">The sides have different frames, or an option does not fit the frame.</exception>
    internal static CrossMatchOptions Apply(MatchSide a, MatchSide b, CrossMatchOptions options)
    {
        if (a.Frame != b.Frame)
            throw new ArgumentException($"{a.Name} has positions {Words(a.Frame)}, {b.Name} has positions {Words(b.Frame)}. A match "
                + "needs two sides on the sky, or two on the earth.");
        if (!a.Frame.IsEarth)
            return options.RadiusM is null && options.MinRadiusM == 0 ? options : throw new ArgumentException(
                $"CrossMatchOptions.{(options.RadiusM is null ? "MinRadiusM" : "RadiusM")} is a distance in metres, but {a.Name} has "
                + "positions on the sky. Give an angle.", nameof(options));
        if (options.RadiusM is not { } radiusM)
            throw new ArgumentException($"CrossMatchOptions.RadiusM is required: {a.Name} has positions on the earth, whose distances "
                + "are in metres: 500m, 2km.", nameof(options));
        if (!(radiusM is >= 0 and <= EarthDistance.LargestM))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"CrossMatchOptions.RadiusM must be in [0, {EarthDistance.LargestM}]; it is {radiusM}."), nameof(options));
        if (!(options.MinRadiusM >= 0 && options.MinRadiusM <= radiusM))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"CrossMatchOptions.MinRadiusM must be between 0 and the radius; it is {options.MinRadiusM}."), nameof(options));
        if (((string?[])[options.RadiusArcsec is null ? null : "RadiusArcsec", options.MinRadiusArcsec == 0 ? null : "MinRadiusArcsec",
            options.Errors == ErrorModel.None ? null : "Errors", options.EpochYear is null ? null : "EpochYear",
            options.EpochYearA is null ? null : "EpochYearA", options.EpochYearB is null ? null : "EpochYearB",
            options.PositionAngle ? "PositionAngle" : null]).FirstOrDefault(o => o is not null) is { } option)
            throw new ArgumentException($"CrossMatchOptions.{option} is for positions on the sky, but {a.Name} has positions on the earth.",
                nameof(options));
        return options with
        {
            RadiusArcsec = radiusM / EarthDistance.MPerArcsec,
            MinRadiusArcsec = options.MinRadiusM / EarthDistance.MPerArcsec,
        };
    }

    private static string Words(PositionFrame frame) => frame.IsEarth ? "on the earth" : "on the sky";
}
