using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Earth;
using Pile.Format;
using Pile.Proj;
using Pile.Rasters;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Compares what a document states of a band with its file.</summary>
/// <param name="scene">The document.</param>
/// <param name="assetKey">The key of the asset, for messages.</param>
internal sealed partial class BandAgreement(Scene scene, string assetKey)
{
    internal const string Remedy = "Correct the document, or use the headers of the files ('probe: headers')";

    // In pixels: more than rounded numbers, less than half a pixel.
    private const double MaxShiftPixels = 0.1;

    // 1 km: more than the shift between two datums.
    private const double MaxDatumDeg = 0.01;

    /// <summary>Checks the shape of a file.</summary>
    /// <exception cref="SceneInvalidException">The document states another one.</exception>
    internal void RequireShape(SceneGrid grid, RasterLayout layout)
    {
        if ((grid.Rows is { } rows && rows != layout.Height) || (grid.Columns is { } columns && columns != layout.Width))
            throw InvalidAt(scene.FieldOf(assetKey, "proj:shape"), $"it is [{grid.Rows}, {grid.Columns}], but the file has "
                + $"{layout.Height} rows and {layout.Width} columns", "Correct the document");
    }

    /// <summary>Checks coordinate reference system and transform of a file, and if the document states no transform, that the pixels are
    /// where its footprint is.</summary>
    /// <param name="grid">The grid that the document states.</param>
    /// <param name="known">The transform of the document if it is at the footprint already; null if it is not known.</param>
    /// <param name="boundsDeg">The box of the footprint: west, south, east, north.</param>
    /// <param name="layout">The file.</param>
    /// <param name="crs">Finds coordinate reference systems.</param>
    /// <returns>The transform of the document; null if it states none, or neither it nor the file has a CRS.</returns>
    /// <exception cref="SceneInvalidException">They differ.</exception>
    internal Affine? RequireGrid(SceneGrid grid, Affine? known, double[] boundsDeg, RasterLayout layout, SceneCrs crs)
    {
        RequireCrs(grid, layout, crs);
        if ((grid.Crs ?? layout.Crs) is not { } reference)
            return null;
        SceneGrid whole = grid with { Crs = reference, Rows = layout.Height, Columns = layout.Width };
        Affine? transform = known ?? TransformReading.Resolve(whole, scene, boundsDeg, crs, assetKey, Remedy);
        if (layout.Transform is not { IsInvertible: true } own)
            return transform;
        if (transform is not { } stated)
        {
            RequireFootprint(whole, boundsDeg, layout, crs);
            return null;
        }
        Affine inverse = own.Inverse();
        foreach ((int column, int row) in ((int, int)[])[(0, 0), (layout.Width, 0), (0, layout.Height)])
        {
            (double x, double y) = stated.Apply(column, row);
            (double ownColumn, double ownRow) = inverse.Apply(x, y);
            if (!(Math.Abs(ownColumn - column) <= MaxShiftPixels && Math.Abs(ownRow - row) <= MaxShiftPixels))
                throw InvalidAt(scene.FieldOf(assetKey, "proj:transform"), $"it is {stated}, but that of the file is {own}", Remedy);
        }
        return transform;
    }

    /// <summary>Returns the layout of a file without its coordinate reference system if that of the document counts: PROJ does not know
    /// that of the file, or the coordinates in both are the same and the document says more, the code or the datum.</summary>
    /// <param name="grid">The grid that the document states.</param>
    /// <param name="layout">The file.</param>
    /// <param name="address">Its address, for messages.</param>
    /// <param name="crs">Finds coordinate reference systems.</param>
    /// <param name="report">Receives that the document counts; null if that is known from another reading.</param>
    /// <exception cref="SceneInvalidException">PROJ does not know it, and the document states none that it knows.</exception>
    /// <remarks>The other attributes of a grid mapping are no substitute for a WKT that is not read: the two often differ.</remarks>
    internal RasterLayout WithKnownCrs(SceneGrid grid, RasterLayout layout, string address, SceneCrs crs, Action<string>? report = null)
    {
        if (layout.Crs is not { } definition)
            return layout;
        try
        {
            _ = crs.CrsOf(definition);
            return grid.Crs is { } ofDocument && SaysMore(ofDocument, definition, crs)
                && HaveSameCoordinates(ofDocument, definition, layout, crs) ? layout with { Crs = null } : layout;
        }
        catch (CrsInvalidException e)
        {
            string variable = layout.CrsVariable is { } name ? $"the variable '{name}' of " : "", text = Short(definition);
            if (grid.Crs is not { } stated)
                throw InvalidAt($"assets.{assetKey}.crs", $"the coordinate reference system '{text}' in {variable}the file "
                    + $"'{SourceUri.Plain(address)}' {e.Finding}, and the document states none",
                    "State 'proj:wkt2' or 'proj:code' in the document, or leave the asset out ('assets.exclude')");
            RequireKnown(stated, crs);
            report?.Invoke($"the coordinate reference system '{text}' in {variable}the file of the asset '{assetKey}' {e.Finding}; that "
                + "of the document is used");
            return layout with { Crs = null };
        }
    }

    /// <summary>Returns that PROJ does not know the datum that a file names; null if it does, or the file names none.</summary>
    internal string? NoteOnDatum(RasterLayout layout, SceneCrs crs)
    {
        if (layout.Crs is not { } definition || crs.CrsOf(definition) is not { AuthorityCode: null } own || !crs.LacksShift(definition)
            || NamedDatum().Match(own.Wkt2) is not { Success: true } match || Unnamed().IsMatch(match.Groups["name"].Value))
            return null;
        return $"PROJ does not know the datum '{match.Groups["name"].Value}' of the file of the asset '{assetKey}', so that positions may "
            + "be hundreds of metres off: state 'proj:code' or 'proj:wkt2' in the document";
    }

    /// <summary>Checks that PROJ knows the coordinate reference system of the document.</summary>
    /// <exception cref="SceneInvalidException">It does not.</exception>
    internal void RequireKnown(string stated, SceneCrs crs)
    {
        try
        {
            _ = crs.CrsOf(stated);
        }
        catch (CrsInvalidException e)
        {
            throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, scene.FieldOfCrs(assetKey),
                e.Message, "Correct the document, or leave the asset out ('assets.exclude')", e);
        }
    }

    /// <summary>Checks the coordinate reference system of a file.</summary>
    /// <exception cref="SceneInvalidException">The document states another one.</exception>
    internal void RequireCrs(SceneGrid grid, RasterLayout layout, SceneCrs crs)
    {
        if (grid.Crs is not { } stated || layout.Crs is not { } definition)
            return;
        (string? code, string? statedCode) = (EpsgOf(crs.CrsOf(definition)), EpsgOf(crs.CrsOf(stated)));
        if (code is not null && statedCode is not null ? code != statedCode : AreApart(stated, definition, layout, crs))
            throw InvalidAt(scene.FieldOfCrs(assetKey),
                $"it is {statedCode ?? Short(stated)}, but the file has {code ?? Short(definition)}", Remedy);
    }

    /// <summary>Checks that the pixels of a file are where the footprint of the document is.</summary>
    /// <exception cref="SceneInvalidException">They are elsewhere.</exception>
    internal void RequireFootprint(SceneGrid grid, double[] boundsDeg, RasterLayout layout, SceneCrs crs)
    {
        if (layout.Transform is not { IsInvertible: true } own || (layout.Crs ?? grid.Crs) is not { } reference)
            return;
        SceneGrid ofFile = grid with { Crs = reference, Rows = layout.Height, Columns = layout.Width };
        TransformReading.RequireFileAt(ofFile, own, scene, boundsDeg, crs, assetKey);
    }

    private static bool SaysMore(string stated, string definition, SceneCrs crs)
    {
        if (crs.CrsOf(definition).AuthorityCode is not null)
            return false;
        try
        {
            return crs.CrsOf(stated).AuthorityCode is not null || (crs.LacksShift(definition) && !crs.LacksShift(stated));
        }
        catch (CrsInvalidException)
        {
            return false; // an error of its own if it is needed
        }
    }

    // PROJ has no shift between a datum without a name and another one, so that the same projection gives the same coordinates.
    private static bool HaveSameCoordinates(string stated, string definition, RasterLayout layout, SceneCrs crs)
    {
        if (layout.Transform is not { IsInvertible: true } own)
            return false;
        double[] columns = [0, layout.Width, 0, layout.Width, layout.Width / 2.0];
        double[] rows = [0, 0, layout.Height, layout.Height, layout.Height / 2.0];
        (double X, double Y)[] places = [.. columns.Zip(rows, own.Apply)];
        double[] xs = [.. places.Select(place => place.X)], ys = [.. places.Select(place => place.Y)];
        try
        {
            crs.Between(definition, stated)(xs, ys);
        }
        catch (CrsInvalidException)
        {
            return false;
        }
        bool isGeographic = crs.CrsOf(stated).IsGeographic, isFound = false;
        Affine inverse = own.Inverse();
        for (int i = 0; i < xs.Length; i++)
        {
            if (!double.IsFinite(xs[i])) // off the earth
                continue;
            isFound = true;
            double x = isGeographic ? places[i].X + Math.IEEERemainder(xs[i] - places[i].X, 360.0) : xs[i];
            (double column, double row) = inverse.Apply(x, ys[i]);
            if (!(Math.Abs(column - columns[i]) <= MaxShiftPixels && Math.Abs(row - rows[i]) <= MaxShiftPixels))
                return false;
        }
        return isFound;
    }

    // Codes of other authorities may mean the same system, such as ESRI:102100 and EPSG:3857. Two systems differ if they place a pixel
    // further apart than datums do.
    private static bool AreApart(string stated, string definition, RasterLayout layout, SceneCrs crs)
    {
        if (layout.Transform is not { IsInvertible: true } own)
            return false;
        (double x, double y) = own.Apply(layout.Width / 2.0, layout.Height / 2.0);
        double[] xs = [x], ys = [y], statedXs = [x], statedYs = [y];
        crs.ToLonLat(definition, xs, ys);
        crs.ToLonLat(stated, statedXs, statedYs);
        double lonDeg = statedXs[0] - xs[0], latDeg = statedYs[0] - ys[0];
        return double.IsFinite(xs[0]) && double.IsFinite(ys[0])
            && !(Math.Abs(lonDeg - (360 * Math.Round(lonDeg / 360))) * Math.Cos(double.DegreesToRadians(ys[0])) < MaxDatumDeg
                && Math.Abs(latDeg) < MaxDatumDeg);
    }

    /// <summary>Checks the dtype: scale, offset and nodata are meant for it.</summary>
    /// <param name="band">What the document or the sensor says of the band.</param>
    /// <param name="own">The dtype of the file.</param>
    /// <exception cref="SceneInvalidException">They differ.</exception>
    internal void RequireDType(SceneBand band, DType own)
    {
        if (band.DType is { } stated && stated != own.Name())
            throw band.AssumesDType
                ? Invalid("data_type", $"it is {stated} in the definition of the sensor, but the file has {own.Name()}",
                    "State 'data_type' in the document, or name the right sensor ('sensor')")
                : band.HasItemDType ? InvalidAt("properties.data_type", $"it is {stated} for all assets without their own, but the file of "
                    + $"'{assetKey}' has {own.Name()}", "State the 'data_type' of the asset, or correct that of the item")
                : Invalid("data_type", $"it is {stated}, but the file has {own.Name()}", "Correct the document");
    }

    /// <summary>Returns the nodata of a band whose header was read: that of the document, then of the file, then of the sensor.</summary>
    /// <exception cref="SceneInvalidException">No pixel of the data type can have that of the document.</exception>
    internal double? RequireNodata(SceneBand band, RasterLayout layout, int number)
    {
        double? own = Nodata.Of(layout.Bands[number]);
        return (band.AssumesNodata ? own : null) ?? RequireNodata(band, layout.DType) ?? own;
    }

    /// <summary>Returns the nodata of a document: for float32 the number that pixels have, since documents often round it.</summary>
    /// <exception cref="SceneInvalidException">No pixel of the data type can have it.</exception>
    internal double? RequireNodata(SceneBand band, DType dtype)
    {
        (double least, double most) = dtype switch
        {
            DType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            DType.UInt8 => (byte.MinValue, byte.MaxValue),
            DType.Int16 => (short.MinValue, short.MaxValue),
            DType.UInt16 => (ushort.MinValue, ushort.MaxValue),
            DType.Int32 => (int.MinValue, int.MaxValue),
            DType.UInt32 => (uint.MinValue, uint.MaxValue),
            _ => (double.NaN, double.NaN),
        };
        double? nodata = band.Nodata;
        bool isSingle = dtype is DType.Float32;
        if (nodata is { } number && (isSingle ? double.IsFinite(number) && !float.IsFinite((float)number)
            : !double.IsNaN(least) && !(number >= least && number <= most && number == Math.Truncate(number))))
        {
            string finding = string.Create(CultureInfo.InvariantCulture, $"it is {number}, which no {dtype.Name()} pixel can have");
            throw band.HasItemNodata ? InvalidAt("properties.nodata", $"{finding}; the asset '{assetKey}' has no 'nodata' of its own",
                "State the 'nodata' of the asset, or correct that of the item") : Invalid("nodata", finding, "Correct the document");
        }
        return isSingle ? (float?)nodata : nodata;
    }

    // A sphere has no shift.
    [GeneratedRegex("DATUM\\[\"(?<name>[^\"]+)\",\\s*ELLIPSOID\\[\"[^\"]*\",[0-9.]+,[0-9.]*[1-9]", RegexOptions.NonBacktracking
        | RegexOptions.ExplicitCapture)]
    private static partial Regex NamedDatum();

    [GeneratedRegex("^(D_)?(unknown|undefined|unnamed|not.specified|unspecified|user.defined)", RegexOptions.NonBacktracking
        | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Unnamed();

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    // Rasters have no heights of their own, so that the vertical part of a compound system contradicts nothing.
    private static string? EpsgOf(Crs crs) =>
        crs.HorizontalCode is { } code && code.StartsWith("EPSG:", StringComparison.Ordinal) ? code : null;

    private SceneInvalidException Invalid(string member, string finding, string remedy) =>
        InvalidAt($"assets.{assetKey}.{member}", finding, remedy);

    private SceneInvalidException InvalidAt(string field, string finding, string remedy) => new(SceneProblem.InvalidValue, scene.Source,
        scene.Index, scene.Id, field, finding, remedy);
}
