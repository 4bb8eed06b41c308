using Pile.Format;
using Pile.Sky;
using Pile.TestKit;
using Pile.Writing.Index;

namespace Pile.Writing.Tests.Index;

/// <summary>The margin contains every row of other tiles within the threshold, computed from healpy's pixel borders.</summary>
public sealed class MarginTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // An independent computation with borders by healpy.boundaries in 4 x 256 points: a row near enough to one of them must be in the
    // margin; a row far from all of them must not.
    private const string BruteForce = """
        import csv, sys, numpy as np, healpy
        root, rows_csv, margin_csv, threshold = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
        tiles = [tuple(map(int, line.split(","))) for line in open(root + "/partition_info.csv").read().splitlines()[1:]]
        def divide(k, n):
            if (k, n) in tiles: return [(k, n)]
            if not any(t[0] > k and t[1] >> 2 * (t[0] - k) == n for t in tiles): return [(k, n)]
            return [p for c in range(4 * n, 4 * n + 4) for p in divide(k + 1, c)]
        places = [p for face in range(12) for p in divide(0, face)]
        data = list(csv.DictReader(open(rows_csv)))
        ids = np.array([int(r["object_id"]) for r in data])
        ra, dec = np.array([float(r["ra"]) for r in data]), np.array([float(r["dec"]) for r in data])
        h29 = healpy.ang2pix(2**29, ra, dec, nest=True, lonlat=True)
        v = healpy.ang2vec(ra, dec, lonlat=True)
        margin = {}
        for r in csv.DictReader(open(margin_csv)):
            k, n = int(r["filename"].split("Norder=")[1].split("/")[0]), int(r["filename"].split("Npix=")[1].split(".")[0])
            margin.setdefault((k, n), []).append(int(r["object_id"]))
        required = extra = 0
        for k, n in places:
            step = 256
            border = healpy.boundaries(2**k, n, step=step, nest=True).T
            away = np.full(len(ids), np.inf)
            near = v @ np.array(healpy.pix2vec(2**k, n, nest=True)) > np.cos(min(np.pi,
                healpy.max_pixrad(2**k) + np.radians(threshold / 1800)))
            chord = np.sqrt(np.maximum(0, 2 - 2 * np.max(v[near] @ border.T, axis=1, initial=-1)))
            away[near] = np.degrees(2 * np.arcsin(chord / 2)) * 3600
            other = h29 >> 2 * (29 - k) != n
            must, may = set(ids[other & (away <= threshold)]), set(ids[other & (away <= 1.3 * threshold + 3600 * 60 / 2**k / step)])
            got = margin.pop((k, n), [])
            assert len(got) == len(set(got)), "a row twice"
            assert must <= set(got), (k, n, must - set(got))
            assert set(got) <= may, (k, n, set(got) - may)
            required += len(must); extra += len(got) - len(must)
        assert not margin, margin
        print(len(tiles), len(places), required, extra)
        """;

    [Theory]
    [InlineData(1800, 1)]
    [InlineData(100, 2, Traits = ["Run", "Long"])]
    public async Task The_margin_has_every_row_near_another_tile_or_near_empty_sky(double thresholdArcsec, int seed)
    {
        double thresholdDeg = thresholdArcsec / 3600;
        Random random = new(seed);
        (List<double> ra, List<double> dec) = ([], []);
        // At borders of pixels of orders 0 to 3, including poles and 0°, and dense enough in places that tiles are divided unevenly.
        for (int i = 0; i < 1500; i++)
        {
            int order = random.Next(4);
            (double r, double d) = Healpix.PixToAng(29,
                Healpix.RangeAtOrder(random.NextInt64(Healpix.PixelCount(order)) / 3, order, 29).Start + random.Next(4));
            ra.Add((r + (3 * thresholdDeg * (random.NextDouble() - 0.5) / Math.Max(0.02, Math.Cos(d * Math.PI / 180))) + 720) % 360);
            dec.Add(Math.Clamp(d + (3 * thresholdDeg * (random.NextDouble() - 0.5)), -90, 90));
        }
        long[] ids = [.. Enumerable.Range(0, ra.Count).Select(i => (long)i)];
        RowBatch rows = new([new ColumnData<long>(Zoo.Common("object_id", DType.Int64), ids),
            new ColumnData<double>(Zoo.Common("ra", DType.Float64), ra.ToArray()),
            new ColumnData<double>(Zoo.Common("dec", DType.Float64), dec.ToArray())]);
        DatasetSpec spec = Zoo.Spec with { Order = 1, MarginArcsec = thresholdArcsec };
        await Datasets.Build(folder["d"], spec, new WriterSettings { Workers = 2, MaxTileRows = 75 }, ("u", [rows]));

        string margin = $"{folder["d"]}/main/index_{thresholdArcsec}arcs";
        Datasets.Export($"SELECT object_id, ra, dec FROM {Datasets.Tiles(folder["d"])}", folder["rows.csv"]);
        Datasets.Export($"SELECT filename, object_id FROM {Leaves(margin)}", folder["margin.csv"]);
        string[] said = Python.Run(BruteForce, folder["d/main/index"], folder["rows.csv"], folder["margin.csv"], $"{thresholdArcsec}")
            .Split(' ');
        Assert.True(int.Parse(said[0]) > 20 && int.Parse(said[1]) > int.Parse(said[0]), string.Join(' ', said));
        Assert.True(int.Parse(said[2]) > 150, string.Join(' ', said));

        // Bit-identical copies, in the order of tiles, with the same schema.
        Assert.Empty(SqlRows.Of($"SELECT * EXCLUDE (filename, file_row_number) FROM {Leaves(margin)} EXCEPT SELECT * EXCLUDE filename "
            + $"FROM {Datasets.Tiles(folder["d"])}"));
        Assert.Empty(SqlRows.Of("SELECT * FROM (SELECT (_healpix_29, object_id) <= lag((_healpix_29, object_id)) OVER (PARTITION BY "
            + $"filename ORDER BY file_row_number) AS back FROM {Leaves(margin)}) WHERE back"));
        Assert.Equal(Schema($"{folder["d"]}/main/index/dataset/_common_metadata"), Schema($"{margin}/dataset/_common_metadata"));
    }

    [Fact]
    public async Task All_kinds_of_columns_are_copied_and_the_same_rows_give_the_same_bytes()
    {
        DatasetSpec spec = Zoo.Spec with { Order = 1, MarginArcsec = 36_000 };
        WriterSettings small = new() { Workers = 2, MaxTileRows = 20 };
        await Datasets.Build(folder["a"], spec, small, Datasets.ZooUnits(400, 4, 99));
        await Datasets.Build(folder["b"], spec, small with { Workers = 1 }, Datasets.ZooUnits(400, 9, 57));
        Assert.Equal(Datasets.Fingerprint(folder["a"]), Datasets.Fingerprint(folder["b"]));
        string margin = $"{folder["a"]}/main/index_36000arcs";
        Assert.Empty(SqlRows.Of($"SELECT * EXCLUDE (filename, file_row_number) FROM {Leaves(margin)} EXCEPT SELECT * EXCLUDE filename "
            + $"FROM {Datasets.Tiles(folder["a"])}"));
        string[] listed = [.. SqlRows.Of($"SELECT path FROM '{folder["a"]}/files.parquet' WHERE kind = 'margin'").Select(f => f[0]!)];
        Assert.Equal(Directory.EnumerateFiles(margin, "Npix=*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder["a"], f)).Order(), listed.Order());
        Assert.Equal(36_000, Datasets.Manifest(folder["a"]).MarginArcsec);

        Assert.Equal(
            "#HATS Collection\nobs_collection=zoo\nhats_primary_table_url=index\n"
                + "all_margins=index_36000arcs\ndefault_margin=index_36000arcs\n"
                + "hats_builder=Pile\nhats_release_date=2025-08-22\nhats_version=v1.0\n",
            File.ReadAllText(folder["a/main/collection.properties"]));
        string properties = File.ReadAllText($"{margin}/hats.properties");
        Assert.Equal(properties, File.ReadAllText($"{margin}/properties"));
        Assert.StartsWith("#HATS catalog\nobs_collection=zoo_index_36000arcs\ndataproduct_type=margin\n", properties);
        Assert.Contains("\nhats_primary_table_url=index\nhats_margin_threshold=36000\n", properties);
    }

    [Fact] // The catalogue and margin were written by the hats library, whose margin may contain rows that are farther away.
    public void The_margin_of_small_sky_equals_the_published_one()
    {
        string collection = TestPaths.Data("catalog/hats-tree/small_sky_order1_collection");
        IndexTile[] tiles = [.. Enumerable.Range(44, 4).Select(n => new IndexTile(1, n, 1))];
        foreach ((string name, double thresholdArcsec) in (ReadOnlySpan<(string, double)>)[("1deg", 3600), ("2deg", 7200)])
        {
            MarginPlaces places = new(tiles, thresholdArcsec);
            HashSet<string> ours = [];
            List<int> near = [];
            foreach (string?[] row in SqlRows.Of($"SELECT id, _healpix_29, ra, dec FROM {Leaves($"{collection}/small_sky_order1")}"))
            {
                places.Near(long.Parse(row[1]!), double.Parse(row[2]!), double.Parse(row[3]!), near);
                ours.UnionWith(near.Select(place => $"{places.Places[place]} {row[0]}"));
            }
            HashSet<string> theirs = [.. SqlRows.Of($"SELECT filename, id FROM {Leaves($"{collection}/small_sky_order1_margin_{name}")}")
                .Select(row => $"{row[0]!.Split("Norder=")[1].Split('/')[0]}/{row[0]!.Split("Npix=")[1].Split('.')[0]} {row[1]}")];
            Assert.Subset(theirs, ours);
            Assert.True(ours.Count > theirs.Count / 3, $"{ours.Count} of {theirs.Count}");
            Assert.Contains(ours, row => row.StartsWith("0/4 ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_margin_of_a_single_row_is_empty()
    {
        await Datasets.Build(folder["d"], Zoo.Spec with { MarginArcsec = 10 }, null, ("u", [Zoo.Positions([7])]));
        Assert.Equal("Norder,Npix\n", File.ReadAllText(folder["d/main/index_10arcs/partition_info.csv"]));
        Assert.Contains("hats_nrows=0\n", File.ReadAllText(folder["d/main/index_10arcs/hats.properties"]));
        Assert.True(File.Exists(folder["d/main/index_10arcs/dataset/_common_metadata"]));
    }

    private static string Leaves(string catalogue) =>
        $"read_parquet('{catalogue}/dataset/Norder=*/Dir=*/Npix=*.parquet', hive_partitioning = false, filename = true, file_row_number = "
            + "true)";

    private static string Schema(string file) =>
        string.Join('\n', SqlRows.Of($"DESCRIBE SELECT * FROM read_parquet('{file}')").Select(c => $"{c[0]} {c[1]}"));
}
