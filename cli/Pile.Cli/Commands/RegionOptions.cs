using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Proj;
using Pile.Reading;
using Pile.Sky;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary>The options for regions of the sky: cone, box, polygon and coverage map, and the frame and unit of their
/// coordinates.</summary>
internal sealed class RegionOptions
{
    private readonly Option<string> cone =
        new("--cone")
        {
            Description = "Within a radius (arcseconds, or with a unit; on the earth also 500m, 2km) of a position: degrees, or "
                + "sexagesimal text.",
            HelpName = "RA,DEC,RADIUS"
        };
    private readonly Option<string> box = new("--box")
    {
        Description = "Between two meridians (eastward) and two parallels, ICRS.",
        HelpName = "RA1,DEC1,RA2,DEC2"
    };
    private readonly Option<string> polygon =
        new("--polygon")
        {
            Description = "In a polygon of great circles: its vertices in either direction; the smaller side is selected.",
            HelpName = "RA,DEC,RA,DEC,..."
        };
    private readonly Option<string> moc = new("--moc")
    {
        Description = "In a coverage map: a MOC as FITS, text or JSON, a space-time MOC as FITS, or a HEALPix map.",
        HelpName = "FILE"
    };
    private readonly Option<string> footprint = new("--footprint")
    {
        Description = "Footprints that intersect a polygon: WKT, or a file with WKT or GeoJSON; longitude and latitude.",
        HelpName = "WKT|FILE"
    };
    private readonly Option<bool> within = new("--within") { Description = "With --footprint: only footprints within the polygon." };
    private readonly Option<string> time = new("--time")
    {
        Description = "Times that overlap an interval of UTC: a day, month or year, or a range such as 2020-07-01/2020-08-01; dates "
            + "or MJD.",
        HelpName = "A/B"
    };
    private readonly Option<string?> frame =
        new("--frame")
        {
            Description = "The frame of --cone and --polygon: icrs (default), fk5, fk4, galactic, ecliptic, 'fk5 J1975'.",
            HelpName = "NAME"
        };
    private readonly Option<string?> raUnit =
        new("--ra-unit")
        {
            Description = "The unit of right ascensions in regions: deg (default), hours, rad or sexagesimal.",
            HelpName = "UNIT"
        };

    private bool isBoxAdded;

    internal RegionOptions()
    {
        frame.Validators.Add(result => CommonOptions.Require(result, "--frame", text => SkyFrame.TryParse(text, out _),
            $"one of {SkyFrame.Words}"));
        raUnit.Validators.Add(result => CommonOptions.Require(result, "--ra-unit", RaUnits.Words.ContainsKey,
            $"one of {string.Join(", ", RaUnits.Words.Keys)}"));
    }

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="hasBox">False if <c>--box</c> is another option of the verb.</param>
    internal void AddTo(Command command, bool hasBox = true)
    {
        foreach (Option option in (Option[])[cone, .. hasBox ? [box] : (Option[])[], polygon, moc, footprint, within, time, frame, raUnit])
            command.Options.Add(option);
        isBoxAdded = hasBox;
    }

    private string? BoxOf(ParseResult parsed) => isBoxAdded ? parsed.GetValue(box) : null;

    /// <summary>Returns true if at least one region is given.</summary>
    internal bool AreGiven(ParseResult parsed) =>
        BoxOf(parsed) is not null || new[] { cone, polygon, moc, footprint, time }.Any(option => parsed.GetValue(option) is not null);

    /// <summary>Restricts a query to the given regions.</summary>
    /// <exception cref="UsageException">A region option does not parse.</exception>
    internal Query Narrow(Query query, ParseResult parsed)
    {
        SkyFrame from = SkyFrame.TryParse(parsed.GetValue(frame), out SkyFrame named) ? named : SkyFrame.Icrs;
        RaUnit? unit = parsed.GetValue(raUnit) is { } word ? RaUnits.Words[word] : null;
        foreach (Option<string?> option in (Option<string?>[])[frame, raUnit])
            if (parsed.GetValue(option) is not null && parsed.GetValue(cone) is null && parsed.GetValue(polygon) is null
                && BoxOf(parsed) is null)
                throw new UsageException($"{option.Name} requires --cone, --box or --polygon.");
        if (parsed.GetValue(cone) is { } coneText)
        {
            if (coneText.Split(',') is not [var ra, var dec, var radius])
                throw new UsageException($"--cone {coneText}: expected RA,DEC,RADIUS, for example 10.68,41.27,30arcsec.");
            (double raDeg, double decDeg) = Position(ra, dec, "--cone", unit, from);
            query = DistanceText.MetresOrNull(radius, "--cone") is { } metres
                ? query.ConeMetres(raDeg, decDeg, metres, Geodesic.DistanceM)
                : query.Cone(raDeg, decDeg, AngleText.RadiusDeg(radius, "--cone"));
        }
        if (BoxOf(parsed) is { } boxText)
        {
            if (from != SkyFrame.Icrs)
                throw new UsageException($"--box {boxText}: the sides of a box are meridians and parallels of ICRS, not of {from}. Use "
                    + "--polygon, which supports --frame.");
            if (boxText.Split(',') is not [var ra1, var dec1, var ra2, var dec2])
                throw new UsageException($"--box {boxText}: expected RA1,DEC1,RA2,DEC2 in degrees.");
            query = query.Box(RightAscension(ra1, "--box", unit, from), Declination(dec1, "--box", unit),
                RightAscension(ra2, "--box", unit, from), Declination(dec2, "--box", unit));
        }
        if (parsed.GetValue(polygon) is { } polygonText)
            query = query.Polygon(Polygon(polygonText, unit, from));
        if (parsed.GetValue(moc) is { } mocFile)
            query = Within(query, InputFile.Require(mocFile, "The coverage map"));
        if (parsed.GetValue(within) && parsed.GetValue(footprint) is null)
            throw new UsageException($"{within.Name} requires {footprint.Name}.");
        if (parsed.GetValue(footprint) is { } region)
            query = query.Footprint(region.AsSpan().ContainsAny('(', '{') && !File.Exists(region) ? region : ReadText(region),
                parsed.GetValue(within));
        if (parsed.GetValue(time) is { } interval)
            query = query.During(interval);
        return query;
    }

    private static SkyPolygon Polygon(string text, RaUnit? unit, SkyFrame from)
    {
        string[] words = text.Split(',');
        if (words.Length % 2 != 0 || words.Length < 6)
            throw new UsageException($"--polygon: expected RA,DEC,RA,DEC,... of at least three vertices, found {words.Length} numbers.");
        try
        {
            return SkyPolygon.Of(words.Chunk(2).Select(pair => Position(pair[0], pair[1], "--polygon", unit, from)));
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--polygon: {e.Message}");
        }
    }

    private static string ReadText(string path)
    {
        const long LargestBytes = 64 << 20;
        if (Directory.Exists(path))
            throw new UsageException($"--footprint {path}: it is a folder, but a file with WKT or GeoJSON is expected.");
        return new FileInfo(InputFile.Require(path, "The region")).Length <= LargestBytes ? File.ReadAllText(path)
            : throw new UsageException($"--footprint {path}: the file is larger than 64 MiB. Simplify the polygon.");
    }

    private static Query Within(Query query, string path)
    {
        try
        {
            return MocFile.ReadSpaceTime(path) is { } inTime ? query.SpaceTime(inTime) : query.Moc(MocFile.Read(path));
        }
        catch (PileException e)
        {
            throw new UsageException($"--moc: {e.Message}"); // the file is part of the command
        }
    }

    private static (double RaDeg, double DecDeg) Position(string ra, string dec, string option, RaUnit? unit, SkyFrame from)
    {
        (double longitude, double latitude) = (RightAscension(ra, option, unit, from), Declination(dec, option, unit));
        return FrameConversion.ToIcrs(from).Convert(longitude, latitude);
    }

    private static double RightAscension(string text, string option, RaUnit? unit, SkyFrame from)
    {
        double degrees = PositionText.TryRightAscension(text, unit, from.IsEquatorial, out double read) ? read
            : unit is RaUnit.Sexagesimal ? throw new UsageException(
                $"{option} {text}: expected sexagesimal text, as --ra-unit says: 12:34:56.7 or 12h34m56.7s.")
            : AngleText.CoordinateDeg(text, option);
        return degrees is >= -180 and <= 360 ? degrees
            : throw new UsageException($"{option} {text}: a {(from.IsEquatorial ? "right ascension" : "longitude")} must be between 0 and "
                + "360 "
                + "degrees, or -180 and 180.");
    }

    private static double Declination(string text, string option, RaUnit? unit)
    {
        double degrees = PositionText.TryDeclination(text, unit, out double read) ? read
            : unit is RaUnit.Sexagesimal ? throw new UsageException(
                $"{option} {text}: expected sexagesimal text, as --ra-unit says: -05:06:07.8 or -5d6m7.8s.")
            : AngleText.CoordinateDeg(text, option);
        return Math.Abs(degrees) <= 90 ? degrees
            : throw new UsageException($"{option} {text}: a declination must be between -90 and 90 degrees.");
    }
}
