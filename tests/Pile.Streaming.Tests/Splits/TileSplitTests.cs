using System.Text.Json;
using Pile.Format;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.Streaming.Tests;

/// <summary>Splits by tiles of the earth, against pyproj and GeographicLib: at a border of UTM zones, at the antimeridian, at a pole and at
/// the equator.</summary>
public sealed class TileSplitTests(EarthPlacesDataset data) : IClassFixture<EarthPlacesDataset>, IDisposable
{
    private const string Utm = "{kind: utm, tile_m: 2000, resolution_m: 10}",
        Plane = "{kind: spec, crs: \"EPSG:6933\", origin: [0, 0], resolution: [10, -10], tile_shape: [300, 250]}";

    private static readonly SplitShares Shares = new(("train", 1), ("test", 1));

    private readonly TemporaryFolder folder = new();
    private readonly Dataset tiled = data.Tiled, cells = data.Cells;
    private readonly (double Lon, double Lat)[] places = data.Places;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Rows_of_different_parts_are_at_least_the_guard_apart_and_no_other_row_is_left_out()
    {
        List<object> made = [];
        foreach ((string kind, Dataset dataset, string? grid) in (IEnumerable<(string, Dataset, string?)>)[("own", tiled, null),
            ("utm", cells, Utm), ("mgrs", cells, "mgrs"), ("spec", tiled, Plane)])
            foreach (double guardM in (double[])[0, 700, 3000])
            {
                RowSplit split = await Split.ByTileAsync(dataset.Query().Columns("object_id"), Shares, grid, guardM, 1, Cancellation);
                long[] train = [.. await Ids(split, "train")], test = [.. await Ids(split, "test")];
                made.Add(new { kind, guard = guardM, left = split.LeftOut, train, test });
            }
        await File.WriteAllTextAsync(folder["made.json"], JsonSerializer.Serialize(new
        {
            lon = places.Select(p => p.Lon),
            lat = places.Select(p => p.Lat),
            made,
        }), Cancellation);
        string result = Python.Run("""
            import json, subprocess, sys
            import numpy as np, pyproj
            pyproj.network.set_network_enabled(False)
            doc = json.load(open(sys.argv[1]))
            lon, lat = np.array(doc['lon']), np.array(doc['lat'])
            n = len(lon)
            i, j = np.triu_indices(n, 1)
            near = np.abs(lat[i] - lat[j]) < 0.1  # 3 km are 0.03 degrees
            i, j = i[near], j[near]
            far = pyproj.Geod(ellps='WGS84').inv(lon[i], lat[i], lon[j], lat[j])[2]
            def lines(*options):
                text = ''.join(f'{b:.12f} {a:.12f}\n' for a, b in zip(lon, lat))
                return subprocess.run(['GeoConvert', *options], input=text, capture_output=True, text=True).stdout.strip().split('\n')
            u, v = pyproj.Transformer.from_crs('OGC:CRS84', 'EPSG:6933', always_xy=True).transform(lon, lat)
            def square(line):
                zone, e, m = line.split()
                return zone, int(float(e) // 2000), int(float(m) // 2000)
            tiles = dict(own=[(int(a // 0.03), int(b // 0.02)) for a, b in zip(lon, lat)], mgrs=lines('-m', '-p', '-5'),
                         utm=[square(l) for l in lines('-u', '-p', '6')], spec=[(int(a // 2500), int(b // 3000)) for a, b in zip(u, v)])
            for m in doc['made']:
                part = np.zeros(n, int)
                part[m['train']], part[m['test']] = 1, 2
                assert (part == 0).sum() == m['left'], m['kind']
                if m['guard'] == 0:
                    assert m['left'] == 0
                    whole = part
                    seen = {}
                    assert all(seen.setdefault(t, p) == p for t, p in zip(tiles[m['kind']], part)), m['kind']
                    continue
                assert np.all((part == whole) | (part == 0))
                apart = (part[i] != part[j]) & (part[i] > 0) & (part[j] > 0)
                assert far[apart].min(initial=1e9) >= m['guard'], (m['kind'], far[apart].min())
                close = (whole[i] != whole[j]) & (far < m['guard'] * (1 + 1e-6))
                must = np.zeros(n, bool)
                must[i[close]] = must[j[close]] = True
                assert np.array_equal(part == 0, must), (m['kind'], m['guard'], (part == 0).sum(), must.sum())
                print(m['kind'], m['left'] > 0, end=';')
            """, folder["made.json"]).Trim();
        Assert.Equal(9, result.Split(';').Length);
        foreach (string kind in (string[])["own", "utm", "spec"])
            Assert.Contains($"{kind} True;{kind} True;", result, StringComparison.Ordinal);
        Assert.Contains("mgrs True;spec", result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pin_makes_the_split_again()
    {
        foreach ((Dataset dataset, string? grid) in (IEnumerable<(Dataset, string?)>)[(tiled, null), (cells, Utm), (cells, Plane)])
        {
            RowSplit split = await Split.ByTileAsync(dataset.Query().Columns("object_id"), Shares, grid, 500, 1, Cancellation);
            string pin = folder["run.pin.yaml"];
            LoaderOptions options = await split["test"].PinAsync(pin, new() { ShuffleSeed = 2, Epochs = 1 }, replace: true, Cancellation);
            (Dataset opened, StreamSource again, LoaderOptions same) =
                await StreamSource.OpenPinAsync(pin, cancellationToken: Cancellation);
            await using (opened)
            {
                Assert.Equal(options, same);
                Assert.Equal(await LoaderTests.Ids(split["test"], options), await LoaderTests.Ids(again, same));
            }
            Assert.Contains("kind: tile", await File.ReadAllTextAsync(pin, Cancellation), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_row_keeps_its_tiles_part_when_others_are_removed()
    {
        RowSplit all = await Split.ByTileAsync(cells.Query().Columns("object_id"), Shares, Utm, 0, 3, Cancellation),
            some = await Split.ByTileAsync(cells.Query().Where("object_id % 3 = 0").Columns("object_id"), Shares, Utm, 0, 3, Cancellation);
        foreach (string name in all.Names)
            Assert.Subset((await Ids(all, name)).ToHashSet(), (await Ids(some, name)).ToHashSet());
    }

    [Fact]
    public async Task Rows_on_no_tile_are_left_out()
    {
        RowSplit split = await Split.ByTileAsync(cells.Query().Columns("object_id"), Shares,
            "{kind: spec, crs: 'ESRI:102035', origin: [0, 0], resolution: [10, -10], tile_shape: [300, 250]}", 0, 3, Cancellation);
        Assert.Equal(places.Count(p => p.Lat < 0), split.LeftOut); // the projection has the northern hemisphere
    }

    [Fact]
    public async Task A_wrong_grid_or_guard_or_dataset_is_rejected()
    {
        Query query = cells.Query().Columns("object_id");
        Assert.Contains("name one", (await Assert.ThrowsAsync<ArgumentException>(
            () => Split.ByTileAsync(query, Shares, cancellationToken: Cancellation))).Message, StringComparison.Ordinal);
        foreach (double guardM in (double[])[-1, double.NaN, 1e8])
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Split.ByTileAsync(query, Shares, "mgrs", guardM, 0, Cancellation));
        await Assert.ThrowsAnyAsync<PileException>(() => Split.ByTileAsync(query, Shares, "wrs2", 0, 0, Cancellation));
        await Assert.ThrowsAnyAsync<PileException>(
            () => Split.ByTileAsync(query, Shares, Plane.Replace("6933", "99999", StringComparison.Ordinal), 0, 0, Cancellation));
    }

    private static async Task<IEnumerable<long>> Ids(RowSplit split, string name) =>
        await LoaderTests.Ids(split[name], new LoaderOptions { BatchRows = 200 });
}
