using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using Pile.Writing;
using Pile.Writing.Tests;

namespace Pile.Streaming.Tests;

/// <summary>The same rows on the earth in two datasets, one divided by tiles and one by cells of HEALPix.</summary>
public sealed class EarthPlacesDataset : IAsyncLifetime
{
    private const int Count = 900;

    private readonly TemporaryFolder folder = new();

    /// <summary>Divided by tiles of 0.03° × 0.02°.</summary>
    internal Dataset Tiled { get; private set; } = null!;

    /// <summary>Divided by cells.</summary>
    internal Dataset Cells { get; private set; } = null!;

    /// <summary>The positions of the rows by their ids: at a border of UTM zones, the antimeridian, a pole, and the equator.</summary>
    internal (double Lon, double Lat)[] Places { get; } = MakePlaces();

    public async ValueTask InitializeAsync()
    {
        Tiled = await BuildAsync("tiled", EarthGrid.Parse("{kind: spec, crs: 'EPSG:4326', origin: [0, 0], "
            + "resolution: [0.001, -0.001], tile_shape: [20, 30]}", "test"));
        Cells = await BuildAsync("cells", null);
    }

    public async ValueTask DisposeAsync()
    {
        await Tiled.DisposeAsync();
        await Cells.DisposeAsync();
        folder.Dispose();
    }

    private static (double, double)[] MakePlaces()
    {
        Random random = new(4);
        return [.. Enumerable.Range(0, Count).Select(i => (i % 4) switch
        {
            0 => (6 + ((random.NextDouble() - 0.5) * 0.2), 48 + (random.NextDouble() * 0.15)),
            1 => (Wrapped(180 + ((random.NextDouble() - 0.5) * 0.15)), -17 + (random.NextDouble() * 0.15)),
            2 => ((random.NextDouble() * 360) - 180, 90 - (random.NextDouble() * 0.08)),
            _ => (33 + (random.NextDouble() * 0.15), (random.NextDouble() - 0.5) * 0.15),
        })];

        static double Wrapped(double lon) => lon >= 180 ? lon - 360 : lon;
    }

    private async Task<Dataset> BuildAsync(string name, EarthGrid? grid)
    {
        Modality earth = Modality.Get("catalogue", PositionFrame.Wgs84, grid is not null);
        RowBatch rows = new([
            new ColumnData<long>(earth.Column("object_id", DType.Int64, []), Enumerable.Range(0, Count).Select(i => (long)i).ToArray()),
            new ColumnData<double>(earth.Column("lon", DType.Float64, []), Places.Select(p => p.Lon).ToArray()),
            new ColumnData<double>(earth.Column("lat", DType.Float64, []), Places.Select(p => p.Lat).ToArray()),
            .. grid is null ? (ReadOnlySpan<ColumnData>)[] : [TextColumnData.From(earth.Column("tile", DType.String, []),
                [.. Places.Select(p => $"x{(int)Math.Floor(p.Lon / 0.03)}_y{(int)Math.Floor(p.Lat / 0.02)}")])],
        ]);
        DatasetSpec spec = Zoo.Spec with { Frame = PositionFrame.Wgs84, Grid = grid, TimeScale = null, TimeReference = null };
        await using (DatasetWriter writer = DatasetWriter.Create(folder[name], spec, new WriterSettings { Workers = 2 }))
        {
            using (UnitSpill spill = writer.BeginUnit("u", Zoo.Source("u.fits")))
            {
                spill.Append(rows);
                spill.Complete();
            }
            await writer.CommitAsync();
        }
        return await Dataset.OpenAsync(folder[name]);
    }
}
