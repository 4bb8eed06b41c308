using System.Collections.Immutable;
using Pile.Earth;
using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The rows of chips of one size of one scene.</summary>
internal sealed class ChipRows
{
    private const int RowsPerBatch = 1024; // arrays that do not live on the heap of large objects
    private static readonly Modality Chip = Modality.Get(Modality.OfChips, PositionFrame.Wgs84);

    private static readonly ColumnSchema TileColumn =
        Modality.Get(Modality.OfChips, PositionFrame.Wgs84, hasTiles: true).Column(Partition.Tile, DType.String, []);

    private readonly Scene scene;
    private readonly ChipGrid grid;
    private readonly ImmutableArray<ChipGroup> groups;
    private readonly ChipFootprints footprints;
    private readonly ChipBand finest;
    private readonly List<string> ids = [], tiles = [];
    private readonly List<double> lon = [], lat = [], bbox = [], radius = [], transform = [];
    private readonly List<int> x = [], y = [], wkbLengths = [], columns = [], rows = [];
    private readonly List<float> nodata = [], cloud = [], clear = [];
    private readonly bool hasStatistics;
    private readonly ImmutableArray<MgrsSquare> namedTiles = [];
    private readonly byte[] wkb;
    private byte[] wkbs = new byte[1 << 16];
    private int wkbBytes;

    /// <param name="scene">The scene.</param>
    /// <param name="grid">The chips of the finest grid.</param>
    /// <param name="groups">The columns of pixels.</param>
    /// <param name="toLonLat">The transform of the grid's coordinates.</param>
    /// <param name="hasStatistics">True if fractions are measured.</param>
    internal ChipRows(Scene scene, ChipGrid grid, ImmutableArray<ChipGroup> groups, CoordinateTransform toLonLat, bool hasStatistics)
    {
        (this.scene, this.grid, this.groups, this.hasStatistics) = (scene, grid, groups, hasStatistics);
        finest = groups[0].Bands.MinBy(b => b.Factor)!;
        footprints = ChipFootprints.Of(grid, toLonLat);
        wkb = new byte[footprints.MaxWkbBytes];
    }

    /// <summary>The tiles by which chips are divided; null for cells of HEALPix.</summary>
    internal SceneTiles? Tiles
    {
        get;
        init
        {
            field = value;
            namedTiles = value?.NamedBy(scene) ?? [];
        }
    }

    /// <summary>The number of chips without a footprint, which are left out.</summary>
    internal int WithoutPlace { get; private set; }

    /// <summary>True if a batch is full.</summary>
    internal bool IsFull => ids.Count >= RowsPerBatch;

    /// <summary>True if there are rows that are not in a batch yet.</summary>
    internal bool HasRows => ids.Count > 0;

    /// <summary>Adds a chip.</summary>
    /// <param name="chipX">Its column in the grid of chips.</param>
    /// <param name="chipY">Its row in the grid of chips.</param>
    /// <param name="statistics">What was measured; null if nothing was.</param>
    /// <param name="measuredPixels">The number of pixels of the chip in which it was measured.</param>
    internal void Add(int chipX, int chipY, ChipStatistics? statistics, int measuredPixels = 0)
    {
        if (!TryPlace(chipX, chipY, $"{IdPrefix}_{grid.SizePixels}_{chipX}_{chipY}", null))
        {
            WithoutPlace++;
            return;
        }
        if (statistics is not { } measured)
            return;
        float pixels = measuredPixels;
        nodata.Add(measured.NodataPixels / pixels);
        cloud.Add(measured.CloudPixels is { } cloudy ? cloudy / pixels : float.NaN);
        clear.Add(measured is { ClearPixels: { } clearPixels } && measured.NodataPixels < pixels
            ? clearPixels / (pixels - measured.NodataPixels) : float.NaN);
    }

    /// <summary>Adds a chip of an index.</summary>
    /// <exception cref="SceneInvalidException">It is on no tile of the grid; nothing is added.</exception>
    /// <param name="chipX">Its column in the grid of chips.</param>
    /// <param name="chipY">Its row in the grid of chips.</param>
    /// <param name="id">Its id.</param>
    /// <param name="nodataShare">The share of pixels without data; NaN if it is not known.</param>
    /// <param name="cloudShare">The share of cloudy pixels; NaN if it is not known.</param>
    /// <param name="stated">West, south, east and north as the index has them; null if it has no footprints.</param>
    /// <returns>False if the footprint is another one, or the chip has none; nothing is added.</returns>
    internal bool TryAdd(int chipX, int chipY, string id, float nodataShare, float cloudShare,
        (float West, float South, float East, float North)? stated)
    {
        if (!TryPlace(chipX, chipY, id, stated))
            return false;
        nodata.Add(nodataShare);
        cloud.Add(cloudShare);
        return true;
    }

    /// <summary>The start of the ids: the scene's id, and for a time slice its time.</summary>
    internal string IdPrefix { get; init; } = "";

    /// <summary>True if the indexer can tell clouds.</summary>
    internal bool HasClouds { get; init; }

    /// <summary>Returns the rows as a batch, and begins the next one.</summary>
    internal RowBatch Take()
    {
        int count = ids.Count;
        List<ColumnData> batch =
        [
            TextColumnData.From(Text("object_id"), ids), Numbers("lon", lon), Numbers("lat", lat),
            ConstantColumn.Of<double>(Scalar("mjd"), count, scene.Time.StartMjd),
            ConstantColumn.Of<double>(Scalar("mjd_end"), count, scene.Time.EndMjd),
            ConstantColumn.Of(Text("datetime"), count, SceneFacts.DatetimeOf(scene)),
            new ColumnData<double>(Chip.Column("bbox", DType.Float64, [4]), bbox.ToArray(), count),
            new ColumnData<byte>(Chip.Column("geometry", DType.UInt8, [ColumnSchema.Ragged]), wkbs.AsSpan(0, wkbBytes).ToArray(),
                [.. wkbLengths]),
            Numbers("footprint_radius", radius),
            ConstantColumn.Of(Text("product"), count, SceneFacts.ProductOf(scene)),
            scene.Common.Platform is { } platform ? ConstantColumn.Of(Text("platform"), count, platform)
                : ConstantColumn.Missing(Text("platform"), count),
            ConstantColumn.Of(Text("crs"), count, finest.Crs),
            new ColumnData<double>(Chip.Column("transform", DType.Float64, [6]), transform.ToArray(), count),
            new ColumnData<int>(Chip.Column("chip_x", DType.Int32, []), x.ToArray(), count),
            new ColumnData<int>(Chip.Column("chip_y", DType.Int32, []), y.ToArray(), count),
            ConstantColumn.Of<int>(Chip.Column("chip_size", DType.Int32, []), count, grid.SizePixels),
            ConstantColumn.Of(Text("item"), count, scene.Id),
        ];
        if (Tiles is not null)
            batch.Add(TextColumnData.From(TileColumn, tiles));
        else if (SceneFacts.TileOf(scene) is { } tile)
            batch.Add(ConstantColumn.Of(Text("tile"), count, tile));
        if (hasStatistics)
            batch.Add(new ColumnData<float>(Chip.Column("nodata_fraction", DType.Float32, []), nodata.ToArray(), count));
        if (hasStatistics && HasClouds)
        {
            batch.Add(new ColumnData<float>(Chip.Column("cloud_fraction", DType.Float32, []), cloud.ToArray(), count));
            if (clear.Count == count)
                batch.Add(new ColumnData<float>(Chip.Column("clear_fraction", DType.Float32, []), clear.ToArray(), count));
        }
        foreach (ChipGroup group in groups)
            AddGroup(batch, group, count);
        Clear();
        return new RowBatch(batch);
    }

    private bool TryPlace(int chipX, int chipY, string id, (float West, float South, float East, float North)? stated)
    {
        if (!footprints.TryWrite(chipX, chipY, wkb, out int bytes))
            return false;
        FootprintMeasures measures = FootprintMeasures.Of(wkb.AsSpan(0, bytes));
        if (stated is { } other && !Agree(measures.Bounds, other))
            return false;
        Affine own = grid.TransformOf(chipX, chipY);
        if (Tiles is not null)
        {
            (double centreX, double centreY) = own.Apply(0.5 * grid.SizePixels, 0.5 * grid.SizePixels);
            tiles.Add(Tiles.KeyOf(scene, namedTiles, finest.Crs, centreX, centreY));
        }
        ids.Add(id);
        (double lonDeg, double latDeg) = (measures.CentreLonDeg, measures.CentreLatDeg);
        lon.Add(lonDeg);
        lat.Add(latDeg);
        radius.Add(measures.RadiusDeg);
        bbox.AddRange((ReadOnlySpan<double>)[measures.Bounds.West, measures.Bounds.South, measures.Bounds.East, measures.Bounds.North]);
        transform.AddRange((ReadOnlySpan<double>)[own.A, own.B, own.C, own.D, own.E, own.F]);
        x.Add(chipX);
        y.Add(chipY);
        ChipWindow window = grid.Window(chipX, chipY);
        columns.Add(window.Column);
        rows.Add(window.Row);
        if (wkbs.Length < wkbBytes + bytes)
            Array.Resize(ref wkbs, Math.Max(2 * wkbs.Length, wkbBytes + bytes));
        wkb.AsSpan(0, bytes).CopyTo(wkbs.AsSpan(wkbBytes));
        wkbBytes += bytes;
        wkbLengths.Add(bytes);
        return true;
    }

    // Other programs project the corners of a chip only, whose edges then differ by far less than this share of its width. A chip across
    // the antimeridian is not compared: others do not cut it there.
    private static bool Agree(LonLatBounds own, (float West, float South, float East, float North) other)
    {
        const double Share = 0.02, Rounding = 2e-5; // float32 has 1.5e-5 degrees
        if (own.West > own.East)
            return true;
        double acrossDeg = (Share * (own.East - own.West)) + Rounding, upDeg = (Share * (own.North - own.South)) + Rounding;
        return Math.Abs(own.West - other.West) <= acrossDeg && Math.Abs(own.East - other.East) <= acrossDeg
            && Math.Abs(own.South - other.South) <= upDeg && Math.Abs(own.North - other.North) <= upDeg;
    }

    private void AddGroup(List<ColumnData> batch, ChipGroup group, int count)
    {
        int bandCount = group.Bands.Length, size = grid.SizePixels / group.Factor;
        ReferencedFile[] sources =
            [.. group.Bands.Select(b => b.Reference).Distinct(ReferenceEqualityComparer.Instance).Cast<ReferencedFile>()];
        int[] files = [.. group.Bands.Select(b => Array.FindIndex(sources, s => ReferenceEquals(s, b.Reference)))],
            windows = new int[count * WindowColumnData.WindowTerms];
        for (int i = 0; i < count; i++)
            ((ReadOnlySpan<int>)[columns[i] / group.Factor, rows[i] / group.Factor, size, size])
                .CopyTo(windows.AsSpan(i * WindowColumnData.WindowTerms));
        batch.Add(ConstantColumn.Of(Chip.Column($"{group.Prefix}_band", DType.String, [bandCount]), count,
            [.. group.Bands.Select(b => b.Name)]));
        if (group.DeclaresResampling)
            batch.Add(ConstantColumn.Of(Chip.Column($"{group.Prefix}_resampled", DType.String, [bandCount]), count,
                [.. group.Bands.Select(b => b.Resampled is { } method ? method.ToString().ToLowerInvariant() : "")]));
        AddNumbers("nodata", b => b.Nodata ?? double.NaN);
        AddNumbers("scale", b => b.Band.Scale ?? 1);
        AddNumbers("offset", b => b.Band.Offset ?? 0);
        ImmutableArray<int> shape = [1, bandCount, size, size];
        batch.Add(new WindowColumnData(
            Chip.Column($"{group.Prefix}_array", group.Bands[0].DType, shape) with { Storage = ColumnStorage.Window }, count,
            Repeat([.. shape], count))
        {
            BandCount = bandCount,
            Sources = sources,
            Files = Repeat(files, count),
            Bands = Repeat([.. group.Bands.Select(b => b.Number)], count),
            Factors = Repeat([.. group.Bands.Select(b => b.Factor / group.Factor)], count),
            Windows = windows,
        });

        void AddNumbers(string name, Func<ChipBand, double> value) => batch.Add(ConstantColumn.Of<double>(
            Chip.Column($"{group.Prefix}_{name}", DType.Float64, [bandCount]), count, [.. group.Bands.Select(value)]));
    }

    private void Clear()
    {
        ids.Clear();
        tiles.Clear();
        foreach (List<double> list in (List<double>[])[lon, lat, bbox, radius, transform])
            list.Clear();
        foreach (List<int> list in (List<int>[])[x, y, wkbLengths, columns, rows])
            list.Clear();
        foreach (List<float> list in (List<float>[])[nodata, cloud, clear])
            list.Clear();
        wkbBytes = 0;
    }

    private static int[] Repeat(int[] row, int count)
    {
        int[] all = new int[row.Length * count];
        for (int i = 0; i < count; i++)
            row.CopyTo(all, i * row.Length);
        return all;
    }

    private static ColumnSchema Text(string name) => Chip.Column(name, DType.String, []);

    private static ColumnSchema Scalar(string name) => Chip.Column(name, DType.Float64, []);

    private static ColumnData<double> Numbers(string name, List<double> values) => new(Scalar(name), values.ToArray(), values.Count);
}
