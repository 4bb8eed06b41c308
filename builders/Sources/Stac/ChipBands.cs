using System.Collections.Immutable;
using System.Globalization;
using Pile.Earth;
using Pile.Format;
using Pile.Rasters;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Finds the bands of a scene, and what is known of their pixels: from the document, from the sensor, and if that does not
/// suffice, from the headers of the files.</summary>
internal sealed class ChipBands(ChipRecipe recipe, RasterPlaces places)
{
    // A band nests if its pixels begin where those of the finest grid do, to this fraction of a pixel.
    private const double Nesting = 1e-3;

    private readonly SceneRecipe scenes = recipe.Scenes;
    private readonly ImmutableArray<string> wanted = recipe.Bands;

    private readonly BandHeaders headers = new(places);

    /// <summary>Returns the bands of a scene with their factors, those of the finest grid first.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="boundsDeg">The box of its footprint: west, south, east, north.</param>
    /// <param name="report">Receives what bands are left out and why, unless bands are named.</param>
    /// <param name="cancellationToken">Cancels the reading of headers.</param>
    /// <exception cref="SceneInvalidException">A wanted band is missing, its pixels are not known, or it does not nest.</exception>
    internal async Task<ImmutableArray<ChipBand>> OfAsync(Scene scene, double[] boundsDeg, Action<string> report,
        CancellationToken cancellationToken)
    {
        List<ChipBand> found = [];
        SceneInvalidException? withoutCrs = null;
        foreach ((SceneAsset asset, int number, string name) in BandChoice.Of(scene, wanted))
        {
            try
            {
                found.Add(await DescribeAsync(scene, asset, number, name, boundsDeg, report, cancellationToken).ConfigureAwait(false));
            }
            catch (SceneInvalidException e) when (wanted.IsEmpty && e.Problem is SceneProblem.InvalidValue && e.Field.EndsWith(".crs",
                StringComparison.Ordinal))
            {
                withoutCrs = e;
                report($"the asset '{asset.Key}' is left out, because its CRS is not known");
            }
        }
        if (found.Count == 0)
            throw withoutCrs ?? Invalid(scene, SceneProblem.NoAssets, "assets", $"no asset is a raster of data{BandChoice.OthersOf(scene)}",
                "Name the bands ('bands'), or choose other assets ('assets.include')");
        if (found.Where(band => RasterPlaces.IsMissing(band.Address)).Select(band => band.Name).ToArray() is { Length: > 0 } missing)
            report($"there are no files of {string.Join(", ", missing)}");
        if (found.Any(band => band.Asset.Others.Any(other => other.Name is StacItemWriter.Window)))
            report($"the item is a chip of another dataset, whose windows ('{StacItemWriter.Window}') are not applied: its chips are those "
                + "of the whole files. Make them from the items of the scenes; 'pile copy' copies a dataset of chips");
        return await NestedAsync(scene, [.. WithNodata(found)], report, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ChipBand> DescribeAsync(Scene scene, SceneAsset asset, int number, string name, double[] boundsDeg,
        Action<string> report, CancellationToken cancellationToken)
    {
        string address = scenes.AddressOf(scene, asset);
        SceneBand band = BandChoice.BandAt(asset, number);
        SceneGrid grid = asset.Grid;
        bool isHdf = AssetLayers.IsHdf(asset);
        string field = $"assets.{asset.Key}";
        BandAgreement agreement = new(scene, asset.Key);
        Affine? transform = null;
        string? obstacle = null;
        if (!scenes.ProbesHeaders && grid.Crs is { } code)
        {
            agreement.RequireKnown(code, scenes.Crs);
            grid = GridInheritance.Complete(asset, scene, boundsDeg, scenes.Crs, out obstacle);
        }
        if (grid is { Crs: not null, Rows: not null } && !scenes.ProbesHeaders)
            try
            {
                transform = TransformReading.Resolve(grid, scene, boundsDeg, scenes.Crs, asset.Key, BandAgreement.Remedy);
            }
            catch (SceneInvalidException) when (!address.Contains("://", StringComparison.Ordinal) && !RasterPlaces.IsMissing(address))
            {
                // A transform is at the footprint or not with its CRS: the file says which of the two is wrong.
                RasterFile actual = await headers.OpenAsync(scene, asset, address, "", cancellationToken, isKept: false)
                    .ConfigureAwait(false);
                agreement.RequireCrs(grid, agreement.WithKnownCrs(grid, actual.Source.Layout, address, scenes.Crs, report), scenes.Crs);
                throw;
            }
        ChipBand? stated = null;
        bool pads = recipe.Edge is ChipEdge.Pad; // with the nodata of the header, if the document states none
        if (!isHdf && transform is { } known && band.DType is { } word && BandHeaders.DTypes.TryGetValue(word, out DType type))
        {
            stated = new ChipBand(name, asset, address, number, band)
            {
                DType = type,
                Shape = ((int)grid.Rows!.Value, (int)grid.Columns!.Value),
                Transform = known,
                Crs = scenes.Crs.CrsOf(grid.Crs!).StoredForm,
                Reference = places.Describe(address),
                Nodata = agreement.RequireNodata(band, type),
            };
            stated = stated with
            {
                Reference = RasterLayoutJson.AddStated(stated.Shape.Columns, stated.Shape.Rows, stated.Reference),
            };
            if ((address.Contains("://", StringComparison.Ordinal) && !pads) || RasterPlaces.IsMissing(address))
                return stated;
        }
        string reason = scenes.ProbesHeaders || pads ? "" : BandHeaders.ReasonOf(grid, transform is not null, band, obstacle);
        RasterFile file = await headers.OpenAsync(scene, asset, address, reason, cancellationToken, isKept: stated is null || pads)
            .ConfigureAwait(false);
        RasterLayout layout = agreement.WithKnownCrs(grid, file.Source.Layout, address, scenes.Crs, report);
        foreach (string finding in layout.Notes)
            report($"the file of the asset '{asset.Key}': {finding}");
        if (agreement.NoteOnDatum(layout, scenes.Crs) is { } datum)
            report(datum);
        if (number >= layout.Bands.Count)
            throw Invalid(scene, SceneProblem.InvalidValue, $"{field}.bands", $"it has a band {number + 1}, but the file has "
                + $"{layout.Bands.Count}", "Correct the document");
        agreement.RequireShape(grid, layout);
        if (!scenes.ProbesHeaders || layout.Transform is null)
            transform = agreement.RequireGrid(grid, transform, boundsDeg, layout, scenes.Crs);
        else
            agreement.RequireFootprint(grid, boundsDeg, layout, scenes.Crs);
        agreement.RequireDType(band, layout.DType);
        RasterBand own = layout.Bands[number];
        if (SideFiles.NoteOf(asset.Key, address, layout, Nodata.Of(own) ?? band.Nodata) is { } note)
            report(note);
        // Scale and offset are one conversion: those of a document are not combined with those of the file.
        bool statesScaling = band.Scale is not null || band.Offset is not null;
        if (statesScaling && own is not { Scale: 1, Offset: 0 } && (own.Scale, own.Offset) != (band.Scale ?? 1, band.Offset ?? 0))
            report(string.Create(CultureInfo.InvariantCulture, $"the asset '{asset.Key}' has scale {band.Scale ?? 1} and offset "
                + $"{band.Offset ?? 0} by the document, which are used, but {own.Scale} and {own.Offset} by its file"));
        if (stated is not null && !pads)
        {
            // Headers that say no more than documents are not kept: those of an archive would fill the memory.
            if (Equals(Nodata.Of(own), stated.Nodata) && (statesScaling || own is { Scale: 1, Offset: 0 }))
                return stated;
            file = await headers.OpenAsync(scene, asset, address, reason, cancellationToken).ConfigureAwait(false);
        }
        ImmutableArray<(double StartMjd, double EndMjd)> slices = isHdf ? SceneSlices.TimesOf(scene, asset, layout) : [];
        if ((asset.Bands.IsEmpty || ItemDefaults.IsOnlyBandOf(asset)) && layout.Bands.Count > 1 && slices.IsEmpty)
            report($"the asset '{asset.Key}' is read with the first of its {layout.Bands.Count} bands alone, because the document lists no "
                + "bands");
        return new ChipBand(name, asset, address, number, band with
        {
            Scale = statesScaling || own.Scale is 1 ? band.Scale : own.Scale,
            Offset = statesScaling || own.Offset is 0 ? band.Offset : own.Offset,
        })
        {
            DType = layout.DType,
            Shape = (layout.Height, layout.Width),
            Slices = slices,
            Transform = layout.Transform ?? transform ?? throw Invalid(scene, SceneProblem.InvalidValue, $"{field}.proj:transform",
                layout.HasControlPoints ? "the document has no transform, and the file has ground control points in its place"
                    : "neither the document nor the file has a transform",
                layout.HasControlPoints ? "Warp the file with gdalwarp, or leave the asset out ('assets.exclude')"
                    : "Leave the asset out ('assets.exclude')"),
            Crs = scenes.Crs.CrsOf(layout.Crs ?? grid.Crs ?? throw Invalid(scene, SceneProblem.InvalidValue, $"{field}.crs",
                layout.CrsCitation is { } citation ? "the document has no coordinate reference system, and that of the file, "
                    + $"'{citation}', has neither an EPSG code nor parameters that are read"
                    : "neither the document nor the file has a coordinate reference system",
                "State 'proj:code' or 'proj:wkt2' in the document, or leave the asset out ('assets.exclude')")).StoredForm,
            Reference = file.Reference,
            Nodata = agreement.RequireNodata(band, layout, number),
            Layout = file.Source.Layout,
        };
    }

    /// <summary>Gives the layouts of files the nodata of their bands, with which their pixels are padded and resampled.</summary>
    private static IEnumerable<ChipBand> WithNodata(IEnumerable<ChipBand> bands)
    {
        foreach (IGrouping<object, ChipBand> file in bands.GroupBy(object (b) => b.Reference, ReferenceEqualityComparer.Instance))
        {
            RasterLayout? layout = file.First().Layout;
            RasterBand[] stated = [.. layout?.Bands ?? []];
            foreach (ChipBand band in file)
                for (int i = 0; i < stated.Length; i++)
                    if ((i == band.Number || !band.Slices.IsEmpty) && !Equals(band.Nodata, Nodata.Of(stated[i])))
                        stated[i] = stated[i] with { Nodata = band.Nodata };
            bool differs = layout is not null && !stated.SequenceEqual(layout.Bands);
            layout = differs ? layout! with { Bands = stated } : layout;
            ReferencedFile reference = differs ? RasterLayoutJson.AddTo(layout!, file.First().Reference) : file.First().Reference;
            foreach (ChipBand band in file)
                yield return band with { Layout = layout, Reference = reference };
        }
    }

    private async Task<ImmutableArray<ChipBand>> NestedAsync(Scene scene, List<ChipBand> bands, Action<string> report,
        CancellationToken cancellationToken)
    {
        ChipBand finest = bands.MinBy(b => Math.Abs(b.Transform.Determinant))!;
        List<ChipBand> nested = [];
        foreach (ChipBand band in bands)
        {
            int? factor = FactorOf(band, finest);
            ResamplingMethod? method = factor is 1 ? null : recipe.Resampling.Of(scene, band, report);
            if (factor is { } whole && (method is null || (method is ResamplingMethod.Nearest && BeginsAtPixels(whole, finest))))
                nested.Add(band with { Factor = whole, Resampled = method });
            else if (method is { } chosen)
            {
                (ChipBand? resampled, string? obstacle) =
                    await ResampledAsync(scene, band, finest, chosen, cancellationToken).ConfigureAwait(false);
                if (resampled is not null)
                    nested.Add(resampled);
                else if (wanted.IsEmpty)
                    report($"the asset '{band.Asset.Key}' is left out: {obstacle}");
                else
                    throw Invalid(scene, SceneProblem.InvalidValue, $"assets.{band.Asset.Key}",
                        $"it is not resampled to the grid of '{finest.Name}': {obstacle}", "Leave it out of 'bands'");
            }
            else if (wanted.IsEmpty)
                report($"the asset '{band.Asset.Key}' is left out, because its pixels do not nest with those of '{finest.Asset.Key}'");
            else
                throw Invalid(scene, SceneProblem.InvalidValue, $"assets.{band.Asset.Key}", $"its {band.Shape.Rows} × {band.Shape.Columns} "
                    + $"pixels do not nest with the {finest.Shape.Rows} × {finest.Shape.Columns} pixels of '{finest.Name}'",
                    "Leave one of the two out of 'bands', or name a method in 'resample'");
            if (recipe.Edge is ChipEdge.Overlap && !wanted.IsEmpty && nested[^1].Factor is var own && !EndsWith(finest, own))
                throw Invalid(scene, SceneProblem.InvalidValue, $"assets.{band.Asset.Key}", $"chips with 'edge: overlap' end with the "
                    + $"{finest.Shape.Rows} × {finest.Shape.Columns} pixels of '{finest.Name}', which are no multiple of the {own} × {own} "
                    + "pixels of the band", "Choose 'edge: drop' or 'edge: pad', name a method in 'resample', or leave it out of 'bands'");
        }
        return [.. nested];
    }

    private async Task<(ChipBand? Band, string? Obstacle)> ResampledAsync(Scene scene, ChipBand band, ChipBand finest,
        ResamplingMethod method, CancellationToken cancellationToken)
    {
        RasterFile file = await headers.OpenAsync(scene, band.Asset, band.Address, "", cancellationToken).ConfigureAwait(false);
        if (band.Layout is null)
            band = WithNodata([band with
            {
                Layout = file.Source.Layout,
                Nodata = new BandAgreement(scene, band.Asset.Key).RequireNodata(band.Band, file.Source.Layout, band.Number),
            }]).Single();
        Affine own = band.Layout!.Transform ?? band.Transform; // the file may have none
        RasterResampling grid = new(method, finest.Shape.Columns, finest.Shape.Rows, finest.Transform);
        string? obstacle = band.Crs != finest.Crs ? $"its coordinate reference system is {band.Crs}, but that of '{finest.Name}' is "
            + finest.Crs : grid.ObstacleOf(own);
        return obstacle is not null ? (null, obstacle) : (band with
        {
            Factor = 1,
            Resampled = method,
            Reference = RasterLayoutJson.AddTo(band.Layout with { Transform = own, Resampled = grid }, file.Reference),
        }, null);
    }

    // Windows of the band's own pixels are the nearest ones of chips that begin and end with these. Padded chips end with the finest grid:
    // pixels outside of it have no data, whatever the method.
    private bool BeginsAtPixels(int factor, ChipBand finest) => recipe.SizesPixels.All(size => size % factor == 0)
        && (recipe.Edge is ChipEdge.Drop || EndsWith(finest, factor));

    private static bool EndsWith(ChipBand finest, int factor) =>
        finest.Shape.Columns % factor == 0 && finest.Shape.Rows % factor == 0;

    // The pixels of both begin at the same corner, and the size of one is a whole multiple of that of the other.
    private static int? FactorOf(ChipBand band, ChipBand finest)
    {
        Affine inverse = finest.Transform.Inverse();
        (double column, double row) = inverse.Apply(band.Transform.C, band.Transform.F);
        (double right, double down) = inverse.Apply(band.Transform.C + band.Transform.A, band.Transform.F + band.Transform.D);
        double factor = Math.Round(right);
        return band.Crs == finest.Crs && factor >= 1 && Math.Abs(column) < Nesting && Math.Abs(row) < Nesting
            && Math.Abs(right - factor) < Nesting && Math.Abs(down) < Nesting
            && band.Transform.Determinant * finest.Transform.Determinant > 0
            && Math.Abs((band.Transform.Determinant / finest.Transform.Determinant) - (factor * factor)) < Nesting
            && band.Shape.Rows * factor >= finest.Shape.Rows && (band.Shape.Rows - 1) * factor < finest.Shape.Rows
            && band.Shape.Columns * factor >= finest.Shape.Columns && (band.Shape.Columns - 1) * factor < finest.Shape.Columns
            ? (int)factor : null;
    }

    private static SceneInvalidException Invalid(Scene scene, SceneProblem problem, string field, string finding, string remedy) =>
        new(problem, scene.Source, scene.Index, scene.Id, field, finding, remedy);
}
