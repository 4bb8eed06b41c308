using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Index;

/// <summary>The index is a strictly valid HATS catalogue, and its pixels agree with healpy.</summary>
public sealed class HatsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // The rules of hats.io.validation.is_valid_catalog(strict=True); hats itself cannot be installed here.
    private const string Strict = """
        import os, re, sys
        root = sys.argv[1]
        properties = dict(line.rstrip("\n").split("=", 1)
            for line in open(root + "/hats.properties", encoding="utf-8") if not line.startswith("#"))
        assert open(root + "/hats.properties").readline() == "#HATS catalog\n"
        assert open(root + "/properties").read() == open(root + "/hats.properties").read()
        for key in ("obs_collection", "dataproduct_type", "hats_nrows", "hats_col_ra", "hats_col_dec"): assert key in properties, key
        assert properties["dataproduct_type"] == "object" and properties["hats_version"] == "v1.0"
        assert "hats_creation_date" not in properties
        assert properties["hats_col_healpix"] == "_healpix_29" and properties["hats_col_healpix_order"] == "29"
        assert properties["hats_npix_suffix"] == ".parquet"
        lines = open(root + "/partition_info.csv").read().splitlines()
        assert lines[0] == "Norder,Npix"
        tiles = [tuple(map(int, line.split(","))) for line in lines[1:]]
        starts = [pixel << 2 * (29 - order) for order, pixel in tiles]
        ends = [pixel + 1 << 2 * (29 - order) for order, pixel in tiles]
        assert starts == sorted(starts) and all(e <= s for e, s in zip(ends, starts[1:]))
        assert os.path.isfile(root + "/dataset/_common_metadata")
        found = set()
        for place, _, names in os.walk(root + "/dataset"):
            for name in names:
                path = os.path.relpath(os.path.join(place, name), root + "/dataset")
                if path == "_common_metadata": continue
                order, directory, pixel = map(int, re.fullmatch(r"Norder=(\d+)/Dir=(\d+)/Npix=(\d+)\.parquet", path).groups())
                assert directory == pixel // 10000 * 10000
                found.add((order, pixel))
        assert found == set(tiles), found ^ set(tiles)
        assert int(properties["hats_order"]) == max([order for order, _ in tiles], default=0)
        print(properties["hats_nrows"], len(tiles), properties["hats_cols_default"])
        """;

    private const string Positions = """
        import csv, sys, numpy as np, healpy
        rows = [(r["filename"], int(r["_healpix_29"]), float(r["ra"]), float(r["dec"]), int(r["healpix"]), int(r["object_id"]))
            for r in csv.DictReader(open(sys.argv[1]))]
        order = int(sys.argv[2])
        h, ra, dec, cell, ids = (np.array([r[k] for r in rows]) for k in range(1, 6))
        assert np.array_equal(h, healpy.ang2pix(2**29, ra, dec, nest=True, lonlat=True))
        assert np.array_equal(cell, h >> 2 * (29 - order))
        assert np.all((ra >= 0) & (ra < 360) & (np.abs(dec) <= 90))
        last = {}
        for path, h29, _, _, _, i in rows:
            assert last.get(path, (-1, -1)) < (h29, i), "not sorted"
            last[path] = (h29, i)
            k, n = int(path.split("Norder=")[1].split("/")[0]), int(path.split("Npix=")[1].split(".")[0])
            assert h29 >> 2 * (29 - k) == n
        print(len(rows))
        """;

    [Fact]
    public async Task The_index_is_strictly_valid_and_every_row_is_in_healpys_pixel()
    {
        await Datasets.Build(folder["zoo"], Zoo.Spec with { Order = 1 }, null, Datasets.ZooUnits(3000, 4, 999));

        string output = Python.Run(Strict, folder["zoo/main/index"]);
        Assert.StartsWith("3000 12 object_id ra dec healpix mjd truth i8 ", output);
        Assert.DoesNotContain("_healpix_29", output);
        Assert.DoesNotContain("_pile_", output);
        Assert.Contains(" native_Z z ", output);
        Assert.Contains(" native_RA_ native_RA ", output); // RA is renamed because of ra, and the survey's own native_RA keeps its name
        Datasets.Export($"SELECT filename, _healpix_29, ra, dec, healpix, object_id FROM {Datasets.Tiles(folder["zoo"])}",
            folder["rows.csv"]);
        Assert.Equal("3000\n", Python.Run(Positions, folder["rows.csv"], "1"));
    }

    [Fact]
    public async Task Columns_agree_with_the_manifest_including_lists_nulls_and_lengths()
    {
        await Datasets.Build(folder["zoo"], Zoo.Spec with { Order = 0 }, null, Datasets.ZooUnits(300, 5, 50));
        Manifest manifest = Datasets.Manifest(folder["zoo"]);
        List<string?[]> columns = SqlRows.Of(
            $"SELECT column_name, column_type FROM (DESCRIBE SELECT * EXCLUDE filename FROM {Datasets.Tiles(folder["zoo"])})");
        string[] light = [.. manifest.Columns.Where(c => c.Storage == ColumnStorage.Light).Select(c => c.SqlName)];
        Assert.Equal(["_healpix_29", .. light],
            columns.Select(c => c[0]!).TakeWhile(name => !name.StartsWith("_pile_", StringComparison.Ordinal)));
        Dictionary<string, string> types = columns.ToDictionary(c => c[0]!, c => c[1]!);
        Assert.Equal(("BIGINT", "FLOAT[]", "VARCHAR[]", "BOOLEAN", "UBIGINT", "BIGINT[]"),
            (types["_healpix_29"], types["vector"], types["words"], types["truth"], types["u64"], types["edge_shape"]));
        Assert.Equal(("INTEGER", "INTEGER", "BIGINT", "INTEGER", "UTINYINT", "UINTEGER", "INTEGER[]"),
            (types["_pile_source"], types["_pile_source_row"], types["_pile_image_offset"], types["_pile_image_size"],
                types["_pile_image_codec"], types["_pile_image_crc32c"], types["_pile_block_chunk"]));

        List<string?[]> wrong = SqlRows.Of($"""
            SELECT object_id FROM {Datasets.Tiles(folder["zoo"])} WHERE NOT (
                maybe IS NOT DISTINCT FROM (CASE WHEN object_id % 5 = 0 THEN NULL ELSE object_id END)
                AND ("maybe text" IS NULL) = (object_id % 6 = 0) AND isnan(f32) = (object_id % 7 = 0)
                AND isnan(vector[3]) AND vector[1] = object_id
                AND words = [CASE WHEN object_id % 2 = 0 THEN '' ELSE 'a' || object_id END, 'βeta' || object_id]
                AND edge_shape = [object_id % 6] AND block_shape = [object_id % 3, object_id % 4]
                AND ("_pile_maybe image_offset" IS NULL) = (object_id % 4 = 1)
                AND text = repeat('é', (object_id % 4)::INT) || object_id AND z = object_id + 0.1::DOUBLE)
            """);
        Assert.Empty(wrong);
        string schema = string.Join('\n',
            SqlRows.Of($"DESCRIBE SELECT * FROM read_parquet('{folder["zoo"]}/main/index/dataset/_common_metadata')")
                .Select(c => $"{c[0]} {c[1]}"));
        Assert.Equal(string.Join('\n', columns.Select(c => $"{c[0]} {c[1]}")), schema);
    }

    [Fact]
    public async Task Large_tiles_are_divided_and_row_groups_have_the_size_of_the_format()
    {
        const int Count = 1_100_000;
        Random random = new(6);
        double[] ra = new double[Count], dec = new double[Count];
        for (int i = 0; i < Count; i++)
            (ra[i], dec[i]) = (45 + (random.NextDouble() * 3), 40 + (random.NextDouble() * 3));
        long[] ids = [.. Enumerable.Range(0, Count).Select(i => (long)i)];
        RowBatch batch = new([new ColumnData<long>(Zoo.Common("object_id", DType.Int64), ids),
            new ColumnData<double>(Zoo.Common("ra", DType.Float64), ra), new ColumnData<double>(Zoo.Common("dec", DType.Float64), dec)]);
        await Datasets.Build(folder["crowd"], Zoo.Spec with { Order = 4 }, null, ("u", [batch]));

        string[] output = Python.Run(Strict, folder["crowd/main/index"]).Split(' ');
        Assert.True(int.Parse(output[1], CultureInfo.InvariantCulture) > 1);
        List<string?[]> groups = SqlRows.Of($"""
            SELECT *, row_group_id = max(row_group_id) OVER (PARTITION BY file_name) AS is_last
                FROM (SELECT DISTINCT file_name, row_group_id, row_group_num_rows
            FROM parquet_metadata('{folder["crowd"]}/main/index/dataset/Norder=*/Dir=*/Npix=*.parquet'))
            """);
        Assert.All(groups, group => Assert.True(group[2] == "122880" || group[3] == "true"));
        Assert.Contains(groups, group => group[2] == "122880");
        Assert.Equal(Count.ToString(CultureInfo.InvariantCulture),
            Assert.Single(SqlRows.Of($"SELECT count(DISTINCT object_id) FROM {Datasets.Tiles(folder["crowd"])}"))[0]);
        Assert.All(SqlRows.Of($"SELECT filename, count(*) FROM {Datasets.Tiles(folder["crowd"])} GROUP BY 1"),
            tile => Assert.True(int.Parse(tile[1]!, CultureInfo.InvariantCulture) <= 1_000_000));
    }

    [Fact]
    public async Task A_dataset_without_rows_is_an_empty_catalogue()
    {
        BuildSummary summary = await Datasets.Build(folder["none"], Zoo.Spec, null);
        Assert.Equal((0, 0, 0), (summary.Rows, summary.Shards, summary.Tiles));
        Assert.StartsWith("0 0 object_id ra dec healpix", Python.Run(Strict, folder["none/main/index"]));
        BuildSummary withColumns = await Datasets.Build(folder["empty"], Zoo.Spec, null, ("u", [Zoo.Batch([])]));
        Assert.Equal(0, withColumns.Rows);
        Assert.NotNull(Datasets.Manifest(folder["empty"]).Column("forced.g_mag"));
    }
}
