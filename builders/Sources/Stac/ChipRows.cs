using System.Collections.Immutable;
using System.Text;
using Pile.Earth;
using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The rows of chips of one size of one scene.</summary>
internal sealed class ChipRows
{
    private const int MostRowsOfBatch = 512; // also the footprints, of 93 bytes, then do not live on the heap of large objects

    private readonly Scene scene;
    private readonly ChipGrid grid;
    private readonly ImmutableArray<ChipGroup> groups;
    private readonly ChipFootprints footprints;
    private readonly ChipBand finest;
    private readonly bool hasStatistics;
    private readonly ImmutableArray<MgrsSquare> namedTiles = [];
    private readonly byte[] wkb;
    private readonly int rowsPerBatch;
    private readonly byte[] idStart = [];
    private PlacedChips? placed;
    private SceneConstants? constants;

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
        long batches = 1 + (grid.Count / MostRowsOfBatch); // about equal ones, which can share constant columns
        rowsPerBatch = (int)Math.Max(1, (grid.Count + batches - 1) / batches);
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
    internal bool IsFull => placed?.Count == rowsPerBatch;

    /// <summary>True if there are rows that are not in a batch yet.</summary>
    internal bool HasRows => placed is not null;

    /// <summary>Adds a chip.</summary>
    /// <param name="chipX">Its column in the grid of chips.</param>
    /// <param name="chipY">Its row in the grid of chips.</param>
    /// <param name="statistics">What was measured; null if nothing was.</param>
    /// <param name="measuredPixels">The number of pixels of the chip in which it was measured.</param>
    internal void Add(int chipX, int chipY, ChipStatistics? statistics, int measuredPixels = 0)
    {
        if (!TryPlace(chipX, chipY, null, null))
        {
            WithoutPlace++;
            return;
        }
        if (statistics is not { } measured)
            return;
        float pixels = measuredPixels;
        placed!.SetShares(measured.NodataPixels / pixels,
            measured.CloudPixels is { } cloudy ? cloudy / pixels : float.NaN,
            measured is { ClearPixels: { } clear } && measured.NodataPixels < pixels
                ? clear / (pixels - measured.NodataPixels) : float.NaN);
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
        placed!.SetShares(nodataShare, cloudShare, null);
        return true;
    }

    /// <summary>The start of the ids: the scene's id, and for a time slice its time.</summary>
    internal string IdPrefix
    {
        init => idStart = Encoding.UTF8.GetBytes($"{value}_{grid.SizePixels}_");
    }

    /// <summary>True if the indexer can tell clouds.</summary>
    internal bool HasClouds { get; init; }

    /// <summary>Returns the rows as a batch, and begins the next one. There must be rows.</summary>
    internal RowBatch Take()
    {
        PlacedChips chips = placed!;
        placed = null;
        int count = chips.Count;
        if (constants?.Count != count)
            constants = new SceneConstants(scene, grid.SizePixels, groups, finest.Crs, count);
        List<ColumnData> batch =
        [
            new TextColumnData(ChipSchemas.ObjectId, chips.Ids, chips.IdStarts),
            new ColumnData<double>(ChipSchemas.Lon, chips.LonDeg, count),
            new ColumnData<double>(ChipSchemas.Lat, chips.LatDeg, count),
            constants.StartMjd, constants.EndMjd, constants.Datetime,
            new ColumnData<double>(ChipSchemas.Bbox, chips.Boxes, count),
            new ColumnData<byte>(ChipSchemas.Geometry, chips.Wkb, chips.WkbLengths),
            new ColumnData<double>(ChipSchemas.FootprintRadius, chips.RadiusDeg, count),
            constants.Product, constants.Platform, constants.Crs,
            new ColumnData<double>(ChipSchemas.Transform, chips.Transforms, count),
            new ColumnData<int>(ChipSchemas.ChipX, chips.X, count),
            new ColumnData<int>(ChipSchemas.ChipY, chips.Y, count),
            constants.Size, constants.Item,
        ];
        if (Tiles is not null)
            batch.Add(TextColumnData.From(ChipSchemas.TileOfGrid, chips.Tiles));
        else if (constants.Tile is { } tile)
            batch.Add(tile);
        if (hasStatistics)
            batch.Add(new ColumnData<float>(ChipSchemas.NodataFraction, chips.NodataShares, count));
        if (hasStatistics && HasClouds)
        {
            batch.Add(new ColumnData<float>(ChipSchemas.CloudFraction, chips.CloudShares, count));
            if (!chips.ClearShares.IsEmpty)
                batch.Add(new ColumnData<float>(ChipSchemas.ClearFraction, chips.ClearShares, count));
        }
        foreach (GroupConstants group in constants.Groups)
            group.AddTo(batch, chips.Windows);
        return new RowBatch(batch);
    }

    private bool TryPlace(int chipX, int chipY, string? id, (float West, float South, float East, float North)? stated)
    {
        if (!footprints.TryWrite(chipX, chipY, wkb, out int bytes))
            return false;
        FootprintMeasures measures = FootprintMeasures.Of(wkb.AsSpan(0, bytes));
        if (stated is { } other && !Agree(measures.Bounds, other))
            return false;
        Affine own = grid.TransformOf(chipX, chipY);
        string? tile = null;
        if (Tiles is not null)
        {
            (double centreX, double centreY) = own.Apply(0.5 * grid.SizePixels, 0.5 * grid.SizePixels);
            tile = Tiles.KeyOf(scene, namedTiles, finest.Crs, centreX, centreY);
        }
        placed ??= new PlacedChips(rowsPerBatch);
        if (tile is not null)
            placed.Tiles.Add(tile);
        if (id is null)
            placed.AddId(idStart, chipX, chipY);
        else
            placed.AddId(id);
        placed.Add(chipX, chipY, grid.Window(chipX, chipY), own, wkb.AsSpan(0, bytes), measures);
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
}
