using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Index;

/// <summary>Datasets whose cells are the tiles of a grid on the earth: shards by tile, the index in its own order.</summary>
public class TileTests
{
    private const int Count = 700;

    private static readonly EarthGrid Grid = EarthGrid.Parse(
        "{kind: spec, crs: 'EPSG:4326', origin: [-180, -90], resolution: [1, -1], tile_shape: [60, 45]}", "test");

    private static readonly DatasetSpec Healpix = Zoo.Spec with { Frame = PositionFrame.Wgs84, Order = 1, TargetShardBytes = 60_000 };

    internal static readonly DatasetSpec Tiles = Healpix with { Order = null, Grid = Grid };

    private static readonly WriterSettings Small = new() { Workers = 2, MaxTileRows = 100 };

    [Fact]
    public async Task Shards_have_the_rows_of_their_tile_and_the_index_has_its_own_order()
    {
        using TemporaryFolder folder = new();
        BuildSummary summary = await Datasets.Build(folder["d"], Tiles, Small, Units(1, 170));
        Datasets.Export($"SELECT _healpix_29, object_id, lon, lat, tile, i64, _pile_source, _pile_source_row, _pile_image_offset FROM "
            + $"{Datasets.Tiles(folder["d"])}", folder["index.csv"]);
        string found = Python.Run("""
            import csv, glob, math, os, sys
            import h5py, numpy as np
            root = sys.argv[1]
            rows = list(csv.DictReader(open(sys.argv[2])))
            shards = sorted(glob.glob(root + '/main/tile=*/*.hdf5'), key=lambda p: p.encode())
            files = [h5py.File(p) for p in shards]
            assert all('healpix' not in f for f in files)
            key = {int(r['object_id']): int(r['_healpix_29']) for r in rows}
            for path, f in zip(shards, files):
                ids, lon, lat = f['object_id'][:], f['lon'][:], f['lat'][:]
                tile = f"x{math.floor((lon[0] + 180) / 45)}_y{math.floor((lat[0] + 90) / 60)}"
                assert os.path.basename(os.path.dirname(path)) == f.attrs['cell'] == 'tile=' + tile, path
                assert set(f['tile'][:]) == {tile.encode()}
                assert np.all(np.floor((lon + 180) / 45) == math.floor((lon[0] + 180) / 45))
                assert np.all(np.floor((lat + 90) / 60) == math.floor((lat[0] + 90) / 60))
                order = [(key[i], i) for i in ids]
                assert order == sorted(order), path
                assert np.array_equal(f['image'][:, 0, 0], ids)
            apart = 0
            for a, r in zip([None] + rows[:-1], rows):
                f, at = files[int(r['_pile_source'])], int(r['_pile_source_row'])
                assert f['object_id'][at] == int(r['object_id']) and f['i64'][at] == int(r['i64'])
                assert f['image'].id.get_chunk_info_by_coord((at, 0, 0)).byte_offset == int(r['_pile_image_offset'])
                apart += a is not None and a['_pile_source'] != r['_pile_source']
            print(len(rows), len(shards), apart > len(shards), sum(len(f['object_id']) for f in files))
            """, folder["d"], folder["index.csv"]).Trim();
        Assert.Equal($"{Count} {summary.Shards} True {Count}", found);
        List<string?[]> rows = SqlRows.Of($"SELECT _healpix_29, object_id, filename FROM {Datasets.Tiles(folder["d"])}");
        foreach (IGrouping<string?, string?[]> file in rows.GroupBy(r => r[2]))
        {
            (long Key, long Id)[] order = [.. file.Select(r => (long.Parse(r[0]!), long.Parse(r[1]!)))];
            Assert.Equal(order.Order(), order);
        }
        Assert.True(summary.Tiles > 1 && rows.CountBy(r => r[2]!).All(file => file.Value <= 100));
    }

    [Fact]
    public async Task The_index_equals_that_of_cells_by_position_but_for_cells_and_pieces()
    {
        using TemporaryFolder folder = new();
        await Datasets.Build(folder["t"], Tiles, Small, Units(2, 300));
        await Datasets.Build(folder["h"], Healpix, Small, Units(2, 300));
        Assert.Equal(Rows("h", "healpix, tile, "), Rows("t", "tile, "));
        Assert.Equal(File.ReadAllBytes(folder["h/main/positions.parquet"]), File.ReadAllBytes(folder["t/main/positions.parquet"]));
        Assert.Equal("1.1", Datasets.Manifest(folder["t"]).FormatVersion.ToString());

        // Padding depends on the longest row of a shard.
        List<string> Rows(string dataset, string less) => [.. SqlRows.Of($"SELECT * EXCLUDE ({less}filename, _pile_source, "
            + "_pile_source_row, _pile_image_offset, \"_pile_maybe image_offset\", _pile_bits_offset, _pile_edge_offset, _pile_edge_size, "
            + "_pile_edge_crc32c, _pile_block_offset, _pile_block_size, _pile_block_crc32c, _pile_block_chunk) FROM "
            + Datasets.Tiles(folder[dataset])).Select(r => string.Join('|', r))];
    }

    [Fact]
    public async Task The_bytes_do_not_depend_on_units_or_workers_and_the_index_is_rebuilt_to_the_same()
    {
        using TemporaryFolder folder = new();
        await Datasets.Build(folder["a"], Tiles, Small, Units(3, 600));
        await Datasets.Build(folder["b"], Tiles, Small with { Workers = 4 }, Units(9, 170));
        string before = Datasets.Fingerprint(folder["a"]);
        Assert.Equal(before, Datasets.Fingerprint(folder["b"]));
        Directory.Delete(folder["a/main/index"], recursive: true);
        File.Delete(folder["a/main/positions.parquet"]);
        await IndexRebuild.RunAsync(folder["a"], Small, TestContext.Current.CancellationToken);
        Assert.Equal(before, Datasets.Fingerprint(folder["a"]));
    }

    [Fact]
    public async Task A_dataset_without_shards_or_rows_has_no_folders_of_tiles()
    {
        using TemporaryFolder folder = new();
        RowBatch light = new(Batch([3, 1, 2]).Columns.Where(c => c.Schema.Name is "object_id" or "lon" or "lat" or "tile" or "i32"));
        await Datasets.Build(folder["a"], Tiles with { HasShards = false, TimeScale = null, TimeReference = null }, Small, ("u", [light]));
        await Datasets.Build(folder["b"], Tiles, Small);
        Assert.Empty(Directory.GetDirectories(folder["a/main"], "tile=*"));
        Assert.Empty(Directory.GetDirectories(folder["b/main"], "tile=*"));
        Assert.Equal(3, SqlRows.Of($"SELECT tile FROM {Datasets.Tiles(folder["a"])}").Count);
        Assert.Equal((Grid, Grid, 0L), (Datasets.Manifest(folder["a"]).Partition.Grid, Datasets.Manifest(folder["b"]).Partition.Grid,
            Datasets.Manifest(folder["b"]).Rows));
    }

    [Theory]
    [InlineData("x1_y01")]
    [InlineData("x1_y1/../..")]
    [InlineData("")]
    [InlineData("20HNJ")]
    [InlineData(null)]
    public async Task A_row_without_a_tile_of_the_grid_is_rejected(string? key)
    {
        using TemporaryFolder folder = new();
        RowBatch good = Batch([1, 2]);
        ColumnSchema tile = good["tile"].Schema with { Nullable = true };
        RowBatch rows = new(good.Columns.Select(c => c.Schema.Name == "tile" ? TextColumnData.From(tile, ["x1_y1", key]) : c));
        ValueInvalidException fault = await Assert.ThrowsAsync<ValueInvalidException>(
            () => Datasets.Build(folder["d"], Tiles, null, ("u", [rows])));
        Assert.Equal((1, "tile"), (fault.Row, fault.Column));
        SchemaMismatchException lacking = await Assert.ThrowsAsync<SchemaMismatchException>(() => Datasets.Build(folder["d"], Tiles,
            new WriterSettings { Replace = true }, ("u", [new RowBatch(good.Columns.Where(c => c.Schema.Name != "tile"))])));
        Assert.Contains("the batch lacks the column", lacking.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tiles_need_rows_on_the_earth_and_have_no_order()
    {
        using TemporaryFolder folder = new();
        foreach (DatasetSpec wrong in (DatasetSpec[])[Zoo.Spec with { Grid = Grid }, Tiles with { Order = 3 }, Tiles with { Frame = null }])
            Assert.Throws<ArgumentException>(() => DatasetWriter.Create(folder["d"], wrong, new WriterSettings()));
    }

    private static (string, RowBatch[])[] Units(int seed, int batchRows)
    {
        int[] ids = Zoo.Shuffled(Count, seed);
        return [("b", [.. ids[300..].Chunk(batchRows).Select(Batch)]), ("a", [.. ids[..300].Chunk(batchRows).Select(Batch)])];
    }

    /// <summary>Rows with all kinds of columns at places on the earth, and their tiles.</summary>
    internal static RowBatch Batch(int[] ids)
    {
        Modality earth = Modality.Get("catalogue", PositionFrame.Wgs84, hasTiles: true);
        double[] lon = [.. ids.Select(i => Zoo.Ra(i) - 180)], lat = [.. ids.Select(Zoo.Dec)];
        return new RowBatch([.. Zoo.Batch(ids).Columns.Where(c => c.Schema.Name is not ("ra" or "dec")),
            new ColumnData<double>(earth.Column("lon", DType.Float64, []), lon),
            new ColumnData<double>(earth.Column("lat", DType.Float64, []), lat),
            TextColumnData.From(earth.Column("tile", DType.String, []),
                [.. ids.Select((_, i) => $"x{(int)Math.Floor((lon[i] + 180) / 45)}_y{(int)Math.Floor((lat[i] + 90) / 60)}")])]);
    }
}
