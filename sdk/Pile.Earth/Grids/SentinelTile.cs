using System.Text.RegularExpressions;

namespace Pile.Earth;

/// <summary>The tiles of Sentinel-2: 109.8 km large, named after a 100 km square of MGRS that they contain but for up to 60 m.</summary>
/// <remarks>Source: the tiling grid that ESA publishes with the Level-1C and Level-2A products; upper left corners are multiples of 60 m
/// from the equator, so they are up to 60 m outside the square.</remarks>
internal static partial class SentinelTile
{
    private const double SizeM = 109_800.0, CornerM = 60.0;

    /// <summary>Returns the key of a scene: of its <c>grid:code</c>, else of its id, else the square of its centre.</summary>
    /// <param name="gridCode">STAC's <c>grid:code</c>, for example <c>MGRS-07HFE</c>; null if the item has no such property.</param>
    /// <param name="id">The id, for example <c>S2A_T07HFE_20190212T192646_L2A</c> or <c>S2A_28QCH_20200714_0_L2A</c>.</param>
    /// <param name="centreLonDeg">The longitude of the centre.</param>
    /// <param name="centreLatDeg">The latitude of the centre.</param>
    internal static string KeyOf(string? gridCode, string id, double centreLonDeg, double centreLatDeg)
    {
        foreach (MgrsSquare square in Named(gridCode, id))
            return square.Name;
        return MgrsSquare.Of(centreLonDeg, centreLatDeg).Name;
    }

    /// <summary>Returns the squares that the <c>grid:code</c> and the id of a scene name, in this order.</summary>
    internal static IEnumerable<MgrsSquare> Named(string? gridCode, string id)
    {
        if (gridCode is not null && gridCode.StartsWith("MGRS-", StringComparison.Ordinal)
            && MgrsSquare.TryParse(gridCode[5..], out MgrsSquare square))
            yield return square;
        foreach (Match match in InId().Matches(id))
            if (MgrsSquare.TryParse(match.Groups["square"].Value, out square))
                yield return square;
    }

    /// <summary>Returns whether the tile of a square contains a position in a zone.</summary>
    internal static bool Contains(MgrsSquare square, UtmZone zone, double x, double y) =>
        MayContain(square, zone, new Affine(1, 0, x, 0, 1, y), 0, 0);

    /// <summary>Returns whether the tile of a square can contain a raster, to the nearest pixel.</summary>
    internal static bool MayContain(MgrsSquare square, UtmZone zone, Affine transform, int rows, int columns)
    {
        if (zone.Number != square.Zone.Number)
            return false;
        // Scenes at the equator may count northings from either side of it.
        double shiftM = zone.IsNorth == square.Zone.IsNorth ? 0.0 : zone.IsNorth ? 1e7 : -1e7;
        (double x0, double y0) = transform.Apply(0, 0);
        (double x1, double y1) = transform.Apply(columns, rows);
        (double west, double east) = (Math.Min(x0, x1), Math.Max(x0, x1));
        (double south, double north) = (Math.Min(y0, y1) + shiftM, Math.Max(y0, y1) + shiftM);
        double top = square.NorthingM + MgrsSquare.SizeM;
        return west >= square.EastingM - CornerM && east <= square.EastingM + SizeM && south >= top - SizeM && north <= top + CornerM;
    }

    [GeneratedRegex("(^|_)T?(?<square>[0-9]{1,2}[C-HJ-NP-X][A-HJ-NP-Z][A-HJ-NP-V])(_|$)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex InId();
}
