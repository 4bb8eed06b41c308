using System.Collections.Immutable;
using System.Text.Json;

namespace Pile.Stac;

/// <summary>The members of an EO3 dataset document.</summary>
internal static class Eo3Scene
{
    /// <summary>Reads a dataset.</summary>
    internal static Scene Read(OdcNode root, string id)
    {
        string? crs = root.Find("crs")?.Text();
        crs = crs is not null && crs.StartsWith("epsg:", StringComparison.OrdinalIgnoreCase) ? crs.ToUpperInvariant() : crs;
        Dictionary<string, SceneGrid> grids = Grids(root, crs);
        OdcNode? properties = root.Find("properties");
        List<string> notes = [];
        ImmutableArray<SceneAsset> assets = [.. Measurements(root, grids, crs, notes), .. Accessories(root)];
        return new Scene
        {
            Format = SceneFormat.Eo3,
            Id = id,
            Label = root.Find("label")?.Text(),
            Collection = root.Find("product")?.Find("name")?.Text(),
            Geometry = Geometry(root, grids),
            GeometryCrs = crs,
            Time = Time(properties ?? throw NoTime(root)),
            Properties = [.. properties.Value.Entries().Select(e => new SceneProperty(e.Key, e.Value.ToValue()))],
            Common = Common(properties.Value),
            Grid = grids.GetValueOrDefault("default") ?? new SceneGrid { Crs = crs, StatesCrs = crs is not null },
            Assets = assets,
            Notes = [.. notes],
            Lineage = Lineage(root),
            Source = "",
        };
    }

    internal static SceneTime Interval(OdcNode at, string? datetime, string? start, string? end)
    {
        double startMjd = double.NaN, endMjd = double.NaN;
        if (datetime is not null && !SceneTimeText.TryParse(datetime, out startMjd, out endMjd))
            throw Unparsed(at, datetime);
        if (start is not null && end is not null)
        {
            if (!SceneTimeText.TryParse(start, out startMjd, out _))
                throw Unparsed(at, start);
            if (!SceneTimeText.TryParse(end, out _, out endMjd))
                throw Unparsed(at, end);
            if (endMjd < startMjd)
                throw at.Invalid($"'{end}'", $"an end that is not before the start '{start}'");
        }
        else if (start is not null || end is not null)
            throw at.Invalid(start is null ? "an end without a start" : "a start without an end", "both or none");
        return double.IsNaN(startMjd) ? throw NoTime(at) : new SceneTime(datetime, start, end, startMjd, endMjd);
    }

    private static SceneInvalidException Unparsed(OdcNode at, string text) =>
        at.Invalid($"'{SceneInvalidException.Shown(text)}'", "a date and time, such as 2016-05-12 23:50:37.621730Z");

    private static SceneInvalidException NoTime(OdcNode at) =>
        at.Origin.Invalid(SceneProblem.NoDatetime, at.Path, "the dataset has no time");

    private static SceneTime Time(OdcNode properties) => Interval(properties, properties.Find("datetime")?.Text(),
        (properties.Find("dtr:start_datetime") ?? properties.Find("start_datetime"))?.Text(),
        (properties.Find("dtr:end_datetime") ?? properties.Find("end_datetime"))?.Text());

    private static SceneMetadata Common(OdcNode properties)
    {
        return new SceneMetadata
        {
            Platform = Text("eo:platform", "platform"),
            Constellation = Text("eo:constellation", "constellation"),
            Instruments = Text("eo:instrument", "instrument") is { } instrument ? [instrument] : [],
            GsdM = Number("eo:gsd", "gsd"),
            CloudCoverPercent = Number("eo:cloud_cover", "cloud_cover"),
            GridCode = Text("odc:region_code", "region_code"),
            OffNadirDeg = Number("eo:off_nadir", "view:off_nadir"),
            AzimuthDeg = Number("eo:azimuth", "view:azimuth"),
            SunAzimuthDeg = Number("eo:sun_azimuth", "view:sun_azimuth"),
            SunElevationDeg = Number("eo:sun_elevation", "view:sun_elevation"),
        };

        string? Text(string name, string other) => (properties.Find(name) ?? properties.Find(other))?.Text();

        double? Number(string name, string other) => (properties.Find(name) ?? properties.Find(other))?.NumberOrNaN() is { } number
            && double.IsFinite(number) ? number : null;
    }

    private static Dictionary<string, SceneGrid> Grids(OdcNode root, string? crs)
    {
        Dictionary<string, SceneGrid> grids = new(StringComparer.Ordinal);
        if (root.Find("grids") is not { } map)
            return grids;
        foreach ((string name, OdcNode grid) in map.Entries())
        {
            OdcNode shape = grid.Required("shape"), transform = grid.Required("transform");
            long[] lengths = [.. shape.Items().Select(i => i.Integer(1, int.MaxValue))];
            if (lengths.Length != 2)
                throw shape.Invalid($"{lengths.Length} numbers", "two: rows, columns");
            double[] terms = transform.Numbers();
            if (terms.Length is not (6 or 9))
                throw transform.Invalid($"{terms.Length} numbers", "6 or 9");
            if (terms is [_, _, _, _, _, _, var g, var h, var i9] && (g is not 0 || h is not 0 || i9 is not 1))
                throw transform.Invalid($"the last row {g}, {h}, {i9}", "0, 0, 1");
            grids[name] = new SceneGrid
            {
                Crs = crs,
                StatesCrs = crs is not null,
                Rows = lengths[0],
                Columns = lengths[1],
                Transform = [.. terms[..6]],
                HasNineNumbers = terms.Length == 9,
            };
        }
        return grids;
    }

    // Without a geometry, the outline of the default grid.
    private static ReadOnlyMemory<byte> Geometry(OdcNode root, Dictionary<string, SceneGrid> grids)
    {
        if (root.Find("geometry") is { } geometry)
            return geometry.IsMap ? geometry.ToValue().Json : throw geometry.Invalid(geometry.Shown, "a GeoJSON geometry");
        if (!grids.TryGetValue("default", out SceneGrid? grid))
            throw root.Origin.Invalid(SceneProblem.NoGeometry, "geometry", "the dataset has no geometry and no default grid");
        ImmutableArray<double> t = grid.Transform;
        return GeoJsonRing.Polygon([.. ((double, double)[])[(0, 0), (0, grid.Rows!.Value), (grid.Columns!.Value, grid.Rows.Value),
            (grid.Columns.Value, 0)]], p => (t[0] * p.X + t[1] * p.Y + t[2], t[3] * p.X + t[4] * p.Y + t[5]));
    }

    private static IEnumerable<SceneAsset> Measurements(OdcNode root, Dictionary<string, SceneGrid> grids, string? crs,
        List<string> notes)
    {
        foreach ((string name, OdcNode measurement) in root.Find("measurements")?.Entries() ?? [])
        {
            string gridName = measurement.Find("grid")?.Text() ?? "default";
            SceneGrid? grid = grids.GetValueOrDefault(gridName);
            if (grid is null && measurement.Find("grid") is not null)
                notes.Add($"measurement '{name}': the document has no grid '{SceneInvalidException.Shown(gridName)}'; the grid is that "
                    + "of the file");
            yield return new SceneAsset
            {
                Key = name,
                Href = Href(measurement.Required("path")),
                Roles = ["data"],
                Layer = LayerName(measurement),
                Bands = [new SceneBand { Name = name, FileBand = BandNumber(measurement) }],
                Grid = grid ?? new SceneGrid { Crs = crs, StatesCrs = crs is not null },
                OwnGrid = grid ?? SceneGrid.None,
            };
        }
    }

    private static IEnumerable<SceneAsset> Accessories(OdcNode root)
    {
        HashSet<string> measured = [.. root.Find("measurements")?.Entries().Select(e => e.Key) ?? []];
        foreach ((string name, OdcNode accessory) in root.Find("accessories")?.Entries() ?? [])
            yield return new SceneAsset
            {
                Key = measured.Contains(name) ? $"accessory:{name}" : name,
                Href = Href(accessory.Required("path")),
                Type = accessory.Find("type")?.Text(),
                Roles = [name.StartsWith("thumbnail", StringComparison.Ordinal) ? "thumbnail" : "metadata"],
            };
    }

    /// <summary>Returns the variable of a measurement; null if the layer is the number of a band, for formats that have no names of
    /// layers.</summary>
    internal static string? LayerName(OdcNode measurement) =>
        measurement.Find("layer") is { Json.ValueKind: not JsonValueKind.Number } layer ? layer.Text() : null;

    /// <summary>Returns the number of a measurement's band in its file, from 1; 0 if it is not stated.</summary>
    internal static int BandNumber(OdcNode measurement) => measurement.Find("band") is { } number ? (int)number.Integer(1, int.MaxValue)
        : measurement.Find("layer") is { Json.ValueKind: JsonValueKind.Number } layer ? (int)layer.Integer(1, int.MaxValue) : 0;

    internal static string Href(OdcNode path) => path.Text() is { Length: > 0 } text ? text : throw path.Invalid("an empty text", "a path");

    private static ImmutableArray<KeyValuePair<string, string>> Lineage(OdcNode root)
    {
        ImmutableArray<KeyValuePair<string, string>>.Builder list = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        if (root.Find("lineage") is { } lineage)
            foreach ((string role, OdcNode ids) in lineage.Entries())
                foreach (OdcNode id in ids.Items())
                    list.Add(new(role, id.Text()));
        return list.DrainToImmutable();
    }
}
