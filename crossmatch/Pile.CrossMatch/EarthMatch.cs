using System.Globalization;
using Pile.Earth;
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
        if ((options.InFootprint || options.FootprintsOverlap) && !a.Frame.IsEarth)
            throw new ArgumentException($"Footprints are on the earth, but {a.Name} has positions on the sky.", nameof(options));
        if (!a.Frame.IsEarth)
            return options.RadiusM is null && options.MinRadiusM == 0 ? options : throw new ArgumentException(
                $"CrossMatchOptions.{(options.RadiusM is null ? "MinRadiusM" : "RadiusM")} is a distance in metres, but {a.Name} has "
                + "positions on the sky. Give an angle.", nameof(options));
        CheckFootprints(a, b, options);
        if ((options.RadiusM ?? (IsOfFootprints(options) || options.Pairs is not null ? EarthRadius.LargestDistanceM : null))
            is not { } radiusM)
            throw new ArgumentException($"CrossMatchOptions.{(options.RadiusArcsec is null ? "RadiusM is required, because"
                : "RadiusArcsec is an angle, but")} {a.Name} has positions on the earth. Give a distance in metres or kilometres: "
                + "500m, 2km.", nameof(options));
        if (!(radiusM is >= 0 and <= EarthRadius.LargestDistanceM))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"CrossMatchOptions.RadiusM must be in [0, {EarthRadius.LargestDistanceM}]; it is {radiusM}."), nameof(options));
        if (!(options.MinRadiusM >= 0 && options.MinRadiusM <= radiusM))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"CrossMatchOptions.MinRadiusM must be between 0 and the radius; it is {options.MinRadiusM}."), nameof(options));
        if (((string?[])[options.RadiusArcsec is null ? null : "RadiusArcsec", options.MinRadiusArcsec == 0 ? null : "MinRadiusArcsec",
            options.Errors == ErrorModel.None ? null : "Errors", options.EpochYear is null ? null : "EpochYear",
            options.EpochYearA is null ? null : "EpochYearA", options.EpochYearB is null ? null : "EpochYearB",
            options.PositionAngle ? "PositionAngle" : null, options.WithCertificate ? "WithCertificate" : null]).FirstOrDefault(o =>
                o is not null) is { } option)
            throw new ArgumentException($"CrossMatchOptions.{option} is for positions on the sky, but {a.Name} has positions on the earth.",
                nameof(options));
        return options with
        {
            RadiusArcsec = radiusM / EarthDistance.MPerArcsec,
            MinRadiusArcsec = options.MinRadiusM / EarthDistance.MPerArcsec,
        };
    }

    /// <summary>Returns the radius of the search on the sphere of the index.</summary>
    internal static double SearchRadiusArcsec(MatchSide a, MatchSide b, CrossMatchOptions options)
    {
        double ofDistance = EarthDistance.SearchRadiusArcsec(options.RadiusM ?? EarthRadius.LargestDistanceM);
        if (!IsOfFootprints(options))
            return ofDistance;
        double ofFootprints = options.FootprintsOverlap ? a.FootprintRadiusDeg!.Value + b.FootprintRadiusDeg!.Value
            : (b.FootprintRadiusDeg ?? a.FootprintRadiusDeg)!.Value;
        return Math.Min(ofDistance, Math.Min(180, ofFootprints * (1 + 1e-9)) * 3600);
    }

    private static bool IsOfFootprints(CrossMatchOptions options) => options.InFootprint || options.FootprintsOverlap;

    private static void CheckFootprints(MatchSide a, MatchSide b, CrossMatchOptions options)
    {
        if (options.InFootprint && options.FootprintsOverlap)
            throw new ArgumentException("CrossMatchOptions.InFootprint and CrossMatchOptions.FootprintsOverlap are different conditions. "
                + "Set only one of them.", nameof(options));
        if (options.FootprintsOverlap && (a.FootprintRadiusDeg is null ? a : b.FootprintRadiusDeg is null ? b : null) is { } without)
            throw new ArgumentException($"CrossMatchOptions.FootprintsOverlap needs footprints of both sides, but the rows of "
                + $"{without.Name} have none.", nameof(options));
        if (options.InFootprint && a.FootprintRadiusDeg is null && b.FootprintRadiusDeg is null)
            throw new ArgumentException($"CrossMatchOptions.InFootprint needs footprints, but neither the rows of {a.Name} nor those of "
                + $"{b.Name} have any.", nameof(options));
    }

    private static string Words(PositionFrame frame) => frame.IsEarth ? "on the earth" : "on the sky";
}
