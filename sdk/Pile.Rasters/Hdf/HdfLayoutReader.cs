using Pile.Earth;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Rasters;

/// <summary>Reads the layout of a variable of a netCDF-4 or HDF5 file.</summary>
internal sealed class HdfLayoutReader
{
    private const int MostCoordinates = 1 << 24, MostCrsChars = 100_000, MostNames = 12;

    private readonly HdfVariables variables;
    private readonly string location;
    private readonly List<string> notes = [];

    /// <exception cref="Hdf5Exception">The file is corrupt.</exception>
    internal HdfLayoutReader(ForeignFile file, string location) => (variables, this.location) = (new HdfVariables(file), location);

    /// <summary>Reads the layout.</summary>
    /// <param name="layer">The path of the variable; null if the file has one raster.</param>
    /// <exception cref="SourceUnreadableException">There is no such variable, or it is not a raster that can be read.</exception>
    /// <exception cref="Hdf5Exception">The file is corrupt.</exception>
    internal RasterLayout Read(string? layer)
    {
        HdfVariable variable = Choose(layer?.Trim('/'));
        ForeignDataset dataset = variable.Dataset;
        DType stored = HdfVariable.DTypeOf(dataset.Type) is { } found and not (DType.Int64 or DType.UInt64) ? found
            : throw Invalid(variable, $"has elements of type {dataset.Type}, which are not supported: expected integers of 8 to 32 bits, "
                + "or floating-point numbers of 32 or 64 bits", dataset.Type.Kind is ForeignTypeKind.Integer or ForeignTypeKind.Float
                ? "Convert the file with gdal_translate, for example with -ot Int32 or -ot Float64, or name another variable"
                : "Name a variable of numbers");
        if (dataset.Obstacle is { } obstacle)
            throw Invalid(variable, $"is not read: {obstacle}", "Copy the file");
        if (dataset.IsNull || dataset.Shape.Count is not (2 or 3) || dataset.Shape.Any(length => length is < 1 or > int.MaxValue))
            throw Invalid(variable, $"has the shape [{string.Join(", ", dataset.Shape)}]", "Name a variable of the shape (y, x), "
                + "(time, y, x) or (band, y, x)");
        (int height, int width) = ((int)dataset.Shape[^2], (int)dataset.Shape[^1]);
        long bandCount = dataset.Shape.Count is not 3 ? 1
            : variables.CoordinatesOf(variable, 0, CfAxis.Time)?.Dataset.Shape[0] ?? dataset.Shape[0];
        if (bandCount > RasterLayout.MaxBands)
            throw Invalid(variable, $"has {bandCount} slices; at most {RasterLayout.MaxBands} are supported", "Divide the file");
        try
        {
            HdfVariable? mapping = MappingOf(variable);
            (Affine? transform, bool isLonLat, double unitM) = TransformOf(variable, mapping, width, height);
            (string? crs, string? citation) = mapping is not null ? CrsOf(mapping, unitM) : (isLonLat ? "EPSG:4326" : null, null);
            HdfBlocks blocks = HdfBlocks.Of(dataset, stored, width, height, (int)bandCount,
                (finding, remedy) => Invalid(variable, finding, remedy));
            RequireNumbers(variable);
            bool isUnsigned = variable.Text("_Unsigned") is "true" && stored is DType.Int8 or DType.Int16 or DType.Int32;
            RasterBand band = CfMissing.AddTo(new()
            {
                DType = isUnsigned ? stored + 1 : stored,
                Scale = variable.Number("scale_factor") ?? 1,
                Offset = variable.Number("add_offset") ?? 0,
            }, variable, blocks, stored);
            (double, double)[]? times = dataset.Shape.Count is 3 ? TimesOf(variable) : null;
            return new RasterLayout
            {
                Driver = HdfDriver.DriverName,
                Layer = variable.Path,
                Crs = crs,
                CrsCitation = citation,
                CrsVariable = mapping?.Path,
                Transform = transform,
                IsLittleEndian = !dataset.Type.IsBigEndian,
                Bands = [.. Enumerable.Range(0, (int)bandCount).Select(i => times is null ? band
                    : band with { Time = times[i], Name = CfTime.Text(times[i].Item1) })],
                Levels = [blocks.Level],
                Notes = notes,
            };
        }
        catch (FormatException e)
        {
            throw Invalid(variable, $"is not read: {e.Message}",
                e is CfUnsupportedException other ? other.Remedy : "Correct the metadata of the file", e);
        }
    }

    // A text such as 'none' is no number of pixels; without a scale, though, all pixels are wrong.
    private void RequireNumbers(HdfVariable variable)
    {
        foreach (string name in (string[])["scale_factor", "add_offset", "missing_value", "valid_range", "valid_min", "valid_max"])
            if (variable.Text(name) is { } text && variable.Numbers(name) is null)
            {
                string finding = $"{name} is the text '{text}', not a number";
                if (name is "scale_factor" or "add_offset")
                    throw new FormatException(finding);
                notes.Add($"{finding}, and is ignored");
            }
    }

    private HdfVariable Choose(string? layer)
    {
        // The fragment of an href is that of a URI, in which a blank is %20.
        if (layer is not null && !variables.Paths.Contains(layer) && Uri.UnescapeDataString(layer) is var decoded
            && variables.Paths.Contains(decoded))
            layer = decoded;
        if (layer is not null)
            return variables.Paths.Contains(layer) ? variables.Open(layer) : throw new SourceUnreadableException(location,
                $"there is no variable '{layer}'; {Listed(variables.Paths)}", "Correct the layer, as in 'file.nc#variable'");
        string[] found = [.. variables.Paths.Where(IsRaster)];
        return found.Length is 1 ? variables.Open(found[0]) : throw new SourceUnreadableException(location,
            $"{found.Length} of its variables are rasters; {Listed(found.Length > 0 ? found : variables.Paths)}",
            "Name the one to read, as in 'file.nc#variable'");
    }

    private static string Listed(IReadOnlyList<string> paths) => paths.Count is 0 ? "the file has none"
        : $"there are {string.Join(", ", paths.Take(MostNames))}{(paths.Count > MostNames ? " and others" : "")}";

    // A raster without coordinates may be anything, such as the bounds of a coordinate.
    private bool IsRaster(string path)
    {
        HdfVariable variable = variables.Open(path);
        return variable.Dataset is { IsNull: false, Shape: { Count: 2 or 3 } shape }
            && HdfVariable.DTypeOf(variable.Dataset.Type) is not null && (variable.Text("grid_mapping") is not null
                || (variables.CoordinatesOf(variable, shape.Count - 1, CfAxis.X) is { } x && CfAxes.Of(x) is CfAxis.X
                    && variables.CoordinatesOf(variable, shape.Count - 2, CfAxis.Y) is { } y && CfAxes.Of(y) is CfAxis.Y));
    }

    // The extended form is 'crs: x y'; the first mapping is that of the coordinates of the dimensions.
    private HdfVariable? MappingOf(HdfVariable variable)
    {
        if (variable.Text("grid_mapping") is not { } mapping)
            return null;
        string name = mapping.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries) is [var first, ..] ? first : mapping;
        return variables.Find(variable, name) ?? throw new FormatException($"its grid mapping '{name}' is not in the file");
    }

    // A mapping of CF that is not read has a description in place of the system, so that that of the document counts.
    private static (string? Crs, string? Citation) CrsOf(HdfVariable mapping, double unitM)
    {
        string? wkt = mapping.Text("crs_wkt") ?? mapping.Text("spatial_ref");
        if (wkt?.Length > MostCrsChars)
            throw new FormatException($"the WKT of '{mapping.Path}' has {wkt.Length} characters");
        try
        {
            return (wkt ?? new CfCrs(mapping, unitM).ToText(), null);
        }
        catch (NotSupportedException e)
        {
            return (null, e.Message);
        }
    }

    private (Affine? Transform, bool IsLonLat, double UnitM) TransformOf(HdfVariable variable, HdfVariable? mapping, int width, int height)
    {
        int last = variable.Dataset.Shape.Count - 1;
        HdfVariable? x = variables.CoordinatesOf(variable, last, CfAxis.X), y = variables.CoordinatesOf(variable, last - 1, CfAxis.Y);
        foreach ((HdfVariable? coordinates, CfAxis wrong) in ((HdfVariable?, CfAxis)[])[(x, CfAxis.Y), (x, CfAxis.Time), (y, CfAxis.X),
            (y, CfAxis.Time)])
            if (coordinates is not null && CfAxes.Of(coordinates) == wrong)
                throw new CfUnsupportedException($"its last dimensions are '{y?.Name ?? "?"}' and '{x?.Name ?? "?"}': expected rows (y), "
                    + "then columns (x)", "Exchange them, for example with 'ncpdq -a y,x IN.nc OUT.nc'");
        (HdfVariable Lon, HdfVariable Lat)? positions = CfIndices.PositionsOf(variables, variable);
        if (mapping is null && (CfIndices.AreIndices(x, positions is not null, MostCoordinates)
            || CfIndices.AreIndices(y, positions is not null, MostCoordinates)))
        {
            if (positions is var (lon, lat))
                throw new CfUnsupportedException($"it is a swath: its positions are in '{lon.Path}' and '{lat.Path}', and the coordinates "
                    + "of its dimensions only number the pixels", "Resample it to a grid, for example with 'gdalwarp -geoloc'");
            (x, y) = (null, null);
        }
        double? heightM = mapping?.Text("grid_mapping_name") is "geostationary" ? mapping.Number("perspective_point_height") : null;
        ((double Step, double Edge)? columns, double unitM) = AxisOf(x, heightM);
        ((double Step, double Edge)? rows, _) = AxisOf(y, heightM);
        Affine? own = columns is { } across && rows is { } down
            ? new Affine(across.Step, 0, across.Edge, 0, down.Step, down.Edge) : null;
        Affine? stated = mapping?.Text("GeoTransform") is { } text ? CfGrid.Parse(text) ?? Ignored(text) : null;
        bool isLonLat = x?.Text("units") is { } east && CfAxes.LongitudeUnits.Contains(east)
            && y?.Text("units") is { } north && CfAxes.LatitudeUnits.Contains(north);
        return (CfGrid.Join(own, stated, width, height), isLonLat, unitM);

        Affine? Ignored(string text)
        {
            string finding = $"GeoTransform of the grid mapping '{mapping!.Path}' is '{text}': expected the six numbers of a transform";
            if (own is null)
                throw new FormatException(finding);
            notes.Add(finding + "; the coordinates are used");
            return null;
        }
    }

    /// <summary>Reads the transform of an axis, in metres or degrees, and the unit of the coordinates in metres. Scanning angles of a
    /// geostationary satellite become lengths by its height.</summary>
    private static ((double Step, double Edge)? Axis, double UnitM) AxisOf(HdfVariable? coordinates, double? heightM)
    {
        if (coordinates?.Values(MostCoordinates) is not { } centres)
            return (null, 1);
        double unitM = coordinates.Text("units") switch
        {
            null or "m" or "metre" or "meter" or "metres" or "meters" or "1" => 1,
            "km" or "kilometre" or "kilometer" or "kilometres" or "kilometers" => 1000,
            "rad" or "radian" or "radians" when heightM is { } height => height,
            var unit when unit.StartsWith("degree", StringComparison.Ordinal) => 1,
            var unit => throw new CfUnsupportedException($"the coordinates of '{coordinates.Name}' have the unit '{unit}': expected "
                + "metres, kilometres or degrees", "Convert the coordinates to metres"),
        };
        double scale = coordinates.Number("scale_factor") ?? 1, offset = coordinates.Number("add_offset") ?? 0;
        double digit = CfGrid.LastDigit(centres, HdfVariable.DTypeOf(coordinates.Dataset.Type) is DType.Float32) * Math.Abs(scale * unitM);
        for (int i = 0; i < centres.Length; i++)
            centres[i] = ((centres[i] * scale) + offset) * unitM;
        return (CfGrid.AxisOf(centres, coordinates.Name, digit), unitM);
    }

    /// <summary>Reads the time of each slice; null if the first dimension is not time.</summary>
    private (double StartMjd, double EndMjd)[]? TimesOf(HdfVariable variable)
    {
        HdfVariable? time = variables.CoordinatesOf(variable, 0, CfAxis.Time);
        return time is null || CfAxes.Of(time) is not CfAxis.Time ? null : CfSliceTimes.Of(time, variables);
    }

    private SourceUnreadableException Invalid(HdfVariable variable, string finding, string remedy, Exception? inner = null) =>
        new(location, $"the variable '{variable.Path}' {finding}", remedy, inner);
}
