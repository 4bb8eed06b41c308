using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pile.Earth;
using Pile.Format;
using Pile.Rasters;
using Pile.Stac;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>Makes STAC items of the columns of scenes and chips.</summary>
/// <remarks>An item has the standard columns as the properties that STAC defines, the others with the prefix <c>pile:</c>, and the native
/// columns with their names. The assets of a chip are the files of its windows with the transform of the whole file;
/// <c>pile:window</c> is the column, row, width and height in pixels of the file.</remarks>
/// <param name="dataset">The dataset's address, for messages.</param>
/// <param name="storedHref">The dataset's address as others can use it, for the asset of stored chips.</param>
/// <param name="hrefOf">Returns the address of a file outside the dataset as others can use it.</param>
internal sealed class ColumnItems(string dataset, string storedHref, Func<string, string> hrefOf)
{
    private const string GeoTiff = "image/tiff; application=geotiff", NetCdf = "application/x-netcdf", Prefix = "pile:";
    private const double UnixEpochMjd = 40_587;
    private const int MostLayouts = 1024;
    private static readonly string[] Own = ["chip_x", "chip_y", "chip_size", "nodata_fraction", "clear_fraction", "tile"];

    private readonly Dictionary<ReferencedFile, RasterLayout?> layouts = new(ReferenceEqualityComparer.Instance);

    /// <summary>Returns a row as a scene, which <see cref="StacItemWriter"/> writes.</summary>
    /// <exception cref="DatasetInvalidException">The row has no time.</exception>
    internal Scene Of(RowBatch batch, int row, string id, string collection, ReadOnlyMemory<byte> wkb, double[] boundsDeg)
    {
        string? crs = TextOf(batch, "crs", row);
        Affine? transform = NumbersOf(batch, "transform", row) is [var a, var b, var c, var d, var e, var f]
            ? new Affine(a, b, c, d, e, f) : null;
        List<SceneProperty> properties = [];
        ImmutableArray<SceneAsset> assets = batch.Columns.OfType<WindowColumnData>().Any()
            ? [.. WindowAssets(batch, row, transform)] : ListedAssets(batch, row);
        Add("platform", TextOf(batch, "platform", row) is { Length: > 0 } platform ? JsonTexts.Of(platform) : null);
        if (Find(batch, "gsd") is { } gsd)
            Add("gsd", JsonTexts.Of(gsd, row));
        double? cloud = NumbersOf(batch, "cloud_fraction", row) is [var share] && double.IsFinite(share)
            ? Math.Round(share * 100, 6) : null;
        Add("eo:cloud_cover", cloud is { } percent ? JsonTexts.Number(percent) : null);
        foreach (string name in Own)
            if (Find(batch, name) is { } column)
                Add(Prefix + name, JsonTexts.Of(column, row));
        Add($"{Prefix}scene", TextOf(batch, "item", row) is { } item ? JsonTexts.Of(item) : null);
        if (crs is not null)
        {
            Add(crs.Contains('[', StringComparison.Ordinal) ? "proj:wkt2" : "proj:code", JsonTexts.Of(crs));
            if (transform is { } pixels && NumbersOf(batch, "chip_size", row) is [var size])
            {
                Add("proj:bbox", JsonTexts.List(BoxOf(pixels, size)));
                // At the item they would be those of assets that do not state them.
                if (assets.IsEmpty)
                {
                    Add("proj:shape", JsonTexts.List(size, size));
                    Add("proj:transform", JsonTexts.List(pixels.A, pixels.B, pixels.C, pixels.D, pixels.E, pixels.F));
                }
            }
            else if (transform is { } finest && NumbersOf(batch, "chip_size", row) is null)
                Add("proj:transform", JsonTexts.List(finest.A, finest.B, finest.C, finest.D, finest.E, finest.F));
        }
        HashSet<string> known = [.. properties.Select(p => p.Name), "datetime", "start_datetime", "end_datetime"];
        foreach (ColumnData native in batch.Columns.Where(c => c.Schema is { Role: ColumnRole.Native, Nested: null, IsHeavy: false }
            && c is not WindowColumnData))
            if (known.Add(native.Schema.Name))
                Add(native.Schema.Name, JsonTexts.Of(native, row));
        return new Scene
        {
            Format = SceneFormat.Stac,
            Id = id,
            Collection = collection,
            Geometry = Encoding.UTF8.GetBytes(Footprint.FromWkb(wkb.Span).ToGeoJson()),
            BboxDeg = [.. boundsDeg],
            Time = TimeOf(batch, row, id),
            Properties = [.. properties],
            Common = new SceneMetadata { CloudCoverPercent = cloud },
            Grid = new SceneGrid { Crs = crs, StatesCrs = crs is not null },
            Assets = assets.IsEmpty && batch.Columns.Any(c => c.Schema.Name == "chip_x") ? [Stored()] : assets,
            Source = dataset,
        };

        void Add(string name, JsonValue? value)
        {
            if (value is { } json)
                properties.Add(new SceneProperty(name, json));
        }
    }

    /// <summary>Returns what the dataset stores for a scene's assets beside its document, by their keys.</summary>
    /// <remarks>A band without a name has the key of its asset in the dataset.</remarks>
    internal Dictionary<string, StoredAsset> StoredOf(RowBatch batch, int row) => ListedAssets(batch, row).DistinctBy(a => a.Key)
        .ToDictionary(a => a.Key, a => new StoredAsset(a.Href, a.Layer, [.. a.Bands.Select(band =>
            band.Name == a.Key ? band with { Name = null } : band)]), StringComparer.Ordinal);

    /// <summary>Returns the text of a row; null if there is no such column or value.</summary>
    internal static string? TextOf(RowBatch batch, string name, int row) =>
        Find(batch, name) is TextColumnData column && !column.IsNullAt(row) ? column.Text(row) : null;

    /// <summary>Returns the numbers of a row; null if there is no such column or value.</summary>
    internal static double[]? NumbersOf(RowBatch batch, string name, int row) => Find(batch, name) switch
    {
        { } column when column.IsNullAt(row) => null,
        ColumnData<double> column => column.Row(row).ToArray(),
        ColumnData<float> column => [column.Row(row)[0]],
        ColumnData<int> column => [column.Row(row)[0]],
        _ => null,
    };

    private static ColumnData? Find(RowBatch batch, string name) => batch.Columns.FirstOrDefault(c => c.Schema.Name == name);

    // The rasters of windows. The grid of a file follows from that of the chip, its shape from its header or from what a document states.
    private IEnumerable<SceneAsset> WindowAssets(RowBatch batch, int row, Affine? transform)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach (WindowColumnData column in batch.Columns.OfType<WindowColumnData>().Where(c => !c.IsNullAt(row)))
        {
            string group = column.Schema.Name[..^"_array".Length];
            TextColumnData? names = Find(batch, $"{group}_band") as TextColumnData;
            double[]? nodata = NumbersOf(batch, $"{group}_nodata", row), scale = NumbersOf(batch, $"{group}_scale", row),
                offset = NumbersOf(batch, $"{group}_offset", row);
            int[] place = column.Windows.AsSpan(row * WindowColumnData.WindowTerms, WindowColumnData.WindowTerms).ToArray();
            double ofPixel = NumbersOf(batch, "chip_size", row) is [var size] ? size / place[2] : 1;
            for (int band = 0; band < column.BandCount; band++)
            {
                int at = (row * column.BandCount) + band, factor = column.Factors[at];
                ReferencedFile file = column.Sources[column.Files[at]];
                RasterLayout? layout = LayoutOf(file);
                (int Width, int Height)? stated = layout is null ? RasterLayoutJson.StatedOf(file) : null;
                string name = names is null ? $"{group}_{band + 1}" : names.Text(row, band), key = name;
                for (int number = 2; !keys.Add(key); number++)
                    key = $"{name}_{number}";
                yield return new SceneAsset
                {
                    Key = key,
                    Href = hrefOf(file.Uri),
                    Layer = layout?.Layer,
                    Type = layout?.Driver is HdfDriver.DriverName ? NetCdf : GeoTiff,
                    Roles = ["data"],
                    Bands = [new SceneBand
                    {
                        Name = name,
                        DType = column.Schema.DType.Name(),
                        Nodata = nodata is not null && double.IsFinite(nodata[band]) ? nodata[band] : null,
                        Scale = scale is not null && scale[band] != 1 ? scale[band] : null,
                        Offset = offset is not null && offset[band] != 0 ? offset[band] : null,
                        FileBand = column.Bands[at] + 1,
                    }],
                    OwnGrid = new SceneGrid
                    {
                        Transform = layout?.Transform is { } own ? Six(own)
                            : transform is { } chip ? Six(FileGrid(chip, ofPixel, place, factor)) : [],
                        Rows = layout?.Height ?? stated?.Height,
                        Columns = layout?.Width ?? stated?.Width,
                    },
                    Others =
                    [
                        new("pile:column", JsonTexts.Of(column.Schema.Name)),
                        layout?.Resampled is { } grid ? new("pile:resampled", JsonTexts.Of(grid.Method.ToString().ToLowerInvariant()))
                            : new(StacItemWriter.Window, JsonTexts.List([.. place.Select(term => (double)term / factor)])),
                    ],
                };
            }
        }
    }

    // The chips of a scene follow each other, and its layout may list hundreds of thousands of blocks.
    private RasterLayout? LayoutOf(ReferencedFile file)
    {
        if (layouts.TryGetValue(file, out RasterLayout? known))
            return known;
        if (layouts.Count >= MostLayouts)
            layouts.Clear();
        RasterLayout? layout = RasterLayoutJson.Of(file);
        layouts.Add(file, layout is null ? null : layout with { Levels = [layout.Levels[0] with { Offsets = null, Sizes = null }] });
        return layout;
    }

    private static Affine FileGrid(Affine chip, double ofPixel, int[] window, int factor)
    {
        (double a, double b, double d, double e) = (chip.A * ofPixel, chip.B * ofPixel, chip.D * ofPixel, chip.E * ofPixel);
        return new Affine(a * factor, b * factor, chip.C - (a * window[0]) - (b * window[1]), d * factor, e * factor,
            chip.F - (d * window[0]) - (e * window[1]));
    }

    private static ImmutableArray<double> Six(Affine t) => [t.A, t.B, t.C, t.D, t.E, t.F];

    private static double[] BoxOf(Affine pixels, double size)
    {
        (double X, double Y)[] corners = [pixels.Apply(0, 0), pixels.Apply(size, 0), pixels.Apply(0, size), pixels.Apply(size, size)];
        return [corners.Min(p => p.X), corners.Min(p => p.Y), corners.Max(p => p.X), corners.Max(p => p.Y)];
    }

    private SceneAsset Stored() => new()
    {
        Key = "chips",
        Href = storedHref,
        Title = "the dataset with the pixels of this chip",
        Type = "application/x-hdf5",
        Roles = ["data"],
    };

    // The assets and bands of a scene, from the nested groups of its columns.
    private ImmutableArray<SceneAsset> ListedAssets(RowBatch batch, int row)
    {
        if (Find(batch, "asset.key") is not TextColumnData keys)
            return [];
        ILookup<string, (string? Layer, SceneBand Band)> bands = Bands(batch, row).ToLookup(b => b.Asset, b => (b.Layer, b.Band),
            StringComparer.Ordinal);
        return [.. Enumerable.Range(0, keys.ElementsOf(row)).Select(i => new SceneAsset
        {
            Key = keys.Text(row, i),
            Href = hrefOf(Element(batch, "asset.href", row, i) ?? ""),
            Type = Element(batch, "asset.type", row, i),
            Roles = Element(batch, "asset.roles", row, i) is { } roles ? [.. roles.Split(',')] : [],
            Layer = bands[keys.Text(row, i)].FirstOrDefault().Layer,
            Bands = [.. bands[keys.Text(row, i)].Select(b => b.Band)],
        })];
    }

    private static IEnumerable<(string Asset, string? Layer, SceneBand Band)> Bands(RowBatch batch, int row)
    {
        if (Find(batch, "band.asset") is not TextColumnData assets)
            yield break;
        for (int i = 0; i < assets.ElementsOf(row); i++)
            yield return (assets.Text(row, i), Element(batch, "band.layer", row, i), new SceneBand
            {
                Name = Element(batch, "band.name", row, i),
                CommonName = Element(batch, "band.common_name", row, i),
                DType = Element(batch, "band.dtype", row, i),
                Unit = Element(batch, "band.unit", row, i),
                GsdM = Number("band.gsd", i),
                Nodata = Find(batch, "band.has_nodata") is ColumnData<bool> has && has.Row(row)[i]
                    ? Find(batch, "band.nodata") is ColumnData<double> nodata ? nodata.Row(row)[i] : null : null,
                Scale = Number("band.scale", i),
                Offset = Number("band.offset", i),
                CentreWavelengthUm = Number("band.center_wavelength", i),
                FileBand = Find(batch, "band.number") is ColumnData<int> numbers ? numbers.Row(row)[i] : 0,
            });

        double? Number(string name, int i) =>
            Find(batch, name) is ColumnData<double> column && double.IsFinite(column.Row(row)[i]) ? column.Row(row)[i] : null;
    }

    private static string? Element(RowBatch batch, string name, int row, int i) =>
        Find(batch, name) is TextColumnData column && column.Text(row, i) is { Length: > 0 } text ? text : null;

    // The text of the source if it was kept, because MJD has only 0.6 microseconds.
    private SceneTime TimeOf(RowBatch batch, int row, string id)
    {
        if (TextOf(batch, "datetime", row) is { Length: > 0 } text)
            return text.Split('/') is [var start, var end] ? new SceneTime(null, start, end, 0, 0) : new SceneTime(text, null, null, 0, 0);
        double from = NumbersOf(batch, "mjd", row) is [var mjd] ? mjd : double.NaN;
        double to = NumbersOf(batch, "mjd_end", row) is [var last] ? last : double.NaN;
        return (double.IsFinite(from), double.IsFinite(to) && to != from) switch
        {
            (true, true) => new SceneTime(null, TextOf(from), TextOf(to), from, to),
            (true, false) => new SceneTime(TextOf(from), null, null, from, to),
            _ => throw new DatasetInvalidException(dataset, $"'{id}' has no time, which a STAC item must have",
                "Export the rows with times ('pile copy --where')"),
        };
    }

    /// <summary>Returns a time as RFC 3339, rounded to milliseconds. A leap second, which few programs read, is the next
    /// midnight.</summary>
    internal static string TextOf(double mjd) => DateTime.UnixEpoch
        .AddMilliseconds(Math.Round((LeapSeconds.ToClock(mjd) - UnixEpochMjd) * 86_400_000))
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
