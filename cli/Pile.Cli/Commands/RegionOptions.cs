using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Format;
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
        RegionCoordinates coordinates = Coordinates(query, parsed, from);
        foreach (Option<string?> option in (Option<string?>[])[frame, raUnit])
            if (parsed.GetValue(option) is not null && parsed.GetValue(cone) is null && parsed.GetValue(polygon) is null
                && BoxOf(parsed) is null)
                throw new UsageException($"{option.Name} requires --cone, --box or --polygon.");
        if (parsed.GetValue(cone) is { } coneText)
        {
            if (coneText.Split(',') is not [var ra, var dec, var radius])
                throw new UsageException($"--cone {coneText}: expected {(IsEarth(query) ? "LON,LAT,RADIUS, for example 16.37,48.21,500m"
                    : "RA,DEC,RADIUS, for example 10.68,41.27,30arcsec")}.");
            (double raDeg, double decDeg) = coordinates.Position(ra, dec, "--cone");
            query = DistanceText.MetresOrNull(radius, "--cone") is { } metres
                ? query.ConeMetres(raDeg, decDeg, metres)
                : query.Cone(raDeg, decDeg, AngleText.ConeRadiusDeg(radius, "--cone"));
        }
        if (BoxOf(parsed) is { } boxText)
        {
            if (from != SkyFrame.Icrs)
                throw new UsageException($"--box {boxText}: the sides of a box are meridians and parallels of ICRS, not of {from}. Use "
                    + "--polygon, which supports --frame.");
            if (boxText.Split(',') is not [var ra1, var dec1, var ra2, var dec2])
                throw new UsageException($"--box {boxText}: expected {(IsEarth(query) ? "LON1,LAT1,LON2,LAT2" : "RA1,DEC1,RA2,DEC2")} in "
                    + "degrees.");
            (double south, double north) = (coordinates.Latitude(dec1, "--box"), coordinates.Latitude(dec2, "--box"));
            if (south > north)
                throw new UsageException($"--box {boxText}: the southern border {dec1} is north of the northern border {dec2}.");
            query = query.Box(coordinates.Longitude(ra1, "--box"), south, coordinates.Longitude(ra2, "--box"), north);
        }
        if (parsed.GetValue(polygon) is { } polygonText)
            query = query.Polygon(Polygon(polygonText, coordinates));
        if (parsed.GetValue(moc) is { } mocFile)
            query = Within(query, InputFile.Require(mocFile, "The coverage map"));
        if (parsed.GetValue(within) && parsed.GetValue(footprint) is null)
            throw new UsageException($"{within.Name} requires {footprint.Name}.");
        if (parsed.GetValue(footprint) is { } region)
            query = query.Footprint(IsText(region) && !File.Exists(region) ? region : ReadText(region), parsed.GetValue(within));
        if (parsed.GetValue(time) is { } interval)
            query = query.During(interval);
        return query;
    }

    private static bool IsEarth(Query query) => query.Dataset.Manifest.Frame == Manifest.Wgs84;

    private RegionCoordinates Coordinates(Query query, ParseResult parsed, SkyFrame from)
    {
        RaUnit? unit = parsed.GetValue(raUnit) is { } word ? RaUnits.Words[word] : null;
        if (IsEarth(query) && (from != SkyFrame.Icrs || unit is RaUnit.Hours))
        {
            Option<string?> wrong = unit is RaUnit.Hours ? raUnit : frame;
            throw new UsageException($"{wrong.Name} {parsed.GetValue(wrong)}: the positions of dataset '{query.Dataset.Address}' are "
                + $"longitudes and latitudes on the earth ({Manifest.Wgs84}).");
        }
        return new RegionCoordinates(IsEarth(query) ? PositionFrame.Wgs84 : PositionFrame.Icrs, from, unit);
    }

    private static SkyPolygon Polygon(string text, RegionCoordinates coordinates)
    {
        string[] words = text.Split(',');
        if (words.Length % 2 != 0 || words.Length < 6)
            throw new UsageException($"--polygon: expected RA,DEC,RA,DEC,... of at least three vertices, found {words.Length} numbers.");
        try
        {
            return SkyPolygon.Of(words.Chunk(2).Select(pair => coordinates.Position(pair[0], pair[1], "--polygon")));
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--polygon: {e.Message}");
        }
    }

    private static bool IsText(string region) => region.AsSpan().ContainsAny('(', '{')
        || region.AsSpan().TrimEnd().EndsWith("EMPTY", StringComparison.OrdinalIgnoreCase); // POLYGON EMPTY is WKT

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
}
