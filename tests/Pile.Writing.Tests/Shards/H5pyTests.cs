using Pile.TestKit;

namespace Pile.Writing.Tests.Shards;

/// <summary>Shards read with h5py in the manner of the loaders of the Multimodal Universe: every column by name, all
/// shards, sorted by id.</summary>
public class H5pyTests
{
    private const string Script = """
        import glob, sys, h5py, numpy as np
        folder, count = sys.argv[1], int(sys.argv[2])
        columns, companions = {}, set()
        for path in sorted(glob.glob(folder + "/main/healpix=*/*.hdf5")):
            with h5py.File(path) as f:
                for name in f:
                    columns.setdefault(name, []).append(f[name][:])
                assert np.all(np.diff(f["object_id"][:]) != 0)
                pixel = int(path.split("healpix=")[1].split("/")[0])
                assert np.all(f["healpix"][:] == pixel), path
                assert f.attrs["pile"] == "1.0" and f.attrs["cell"] == "healpix=%d" % pixel and f.attrs["licence"] == "CC0-1.0"
                assert f.attrs["time_scale"] == "TAI" and f.attrs["frame"] == "ICRS" and f.attrs["subset"] == "main"
                assert f["ra"].attrs["role"] == "standard" and f["ra"].attrs["unit"] == "deg" and f["z"].attrs["role"] == "native"
                assert f["z"].attrs["unit"] == "µJy"
                assert f["image"].chunks == (1, 4, 5) and f["image"].shuffle and f["image"].compression == "gzip"
                assert f["ra"].chunks is None
        n = count
        ragged = {"edge", "block"}
        order = np.argsort(np.concatenate(columns["object_id"]))
        get = lambda name: np.concatenate(columns[name])[order]
        i = get("object_id")
        assert np.array_equal(i, np.arange(n)) and i.dtype == np.int64
        assert np.array_equal(get("ra"), i * 137.50776405 % 360) and np.array_equal(get("mjd"), 59000.0 + i)
        def same(name, dtype, values):
            got = get(name)
            assert got.dtype == np.dtype(dtype), (name, got.dtype)
            assert np.array_equal(got, np.asarray(values, dtype), equal_nan=np.dtype(dtype).kind == "f"), (name, got[:9], values[:9])
        same("truth", bool, i % 3 == 0)
        same("i8", "i1", i % 100 - 50); same("u8", "u1", i % 256); same("i16", "i2", -i); same("u16", "u2", 60000 + i % 5000)
        same("i32", "i4", -100000 * i); same("u32", "u4", 4000000000 + i); same("i64", "i8", -(1 << 60) - i)
        same("u64", "u8", i.astype("u8") + np.uint64(1 << 63))
        same("f32", "f4", np.where(i % 7 == 0, np.nan, i / 2)); same("f64", "f8", np.where(i % 11 == 0, np.nan, i / 3.0))
        text = [t.decode() for t in get("text")]
        assert text == ["é" * (k % 4) + str(k) for k in range(n)], text[:9]
        words = get("words")
        assert [[a.decode(), b.decode()] for a, b in words] == [["" if k % 2 == 0 else "a%d" % k, "βeta%d" % k] for k in range(n)]
        same("vector", "f4", np.stack([i, i + 0.5, np.full(n, np.nan)], 1))
        same("maybe", "i4", np.where(i % 5 == 0, 0, i)); same("maybe_isnull", bool, i % 5 == 0)
        same("maybe float", "f8", np.where(i % 5 == 1, np.nan, i)); same("maybe float_isnull", bool, i % 5 == 1)
        assert [t.decode() for t in get("maybe text")] == ["" if k % 6 == 0 else "t%d" % k for k in range(n)]
        same("maybe text_isnull", bool, i % 6 == 0)
        for stored, name in {"forced.g_mag": "forced.g_mag", "z%2Fx": "z/x", "%25": "%", "%2E": ".", "Z": "Z", "z": "z",
            "RA": "RA", "native_RA": "native_RA", "µ-flux 'q\"": "µ-flux 'q\"", "-": "-"}.items():
            same(stored, "f8", i + len(name) / 10.0)
        same("image", "f4", i[:, None, None] + np.arange(20).reshape(4, 5) / 32)
        same("maybe image", "f4", np.where((i % 4 == 1)[:, None, None], np.nan, i[:, None, None] * np.ones((2, 2))))
        same("maybe image_isnull", bool, i % 4 == 1)
        same("bits", bool, (i[:, None] >> np.arange(9) & 1).reshape(-1, 3, 3) != 0)
        same("edge_shape", "i8", (i % 6)[:, None]); same("block_shape", "i8", np.stack([i % 3, i % 4], 1))
        for shard in range(len(columns["object_id"])):
            ids, edge, block = columns["object_id"][shard], columns["edge"][shard], columns["block"][shard]
            assert edge.shape[1] == (ids % 6).max() and block.shape[1:] == ((ids % 3).max(), (ids % 4).max())
            for k, e, b in zip(ids, edge, block):
                m, r, c = k % 6, k % 3, k % 4
                assert np.array_equal(e[:m], k + 1 + np.arange(m)) and np.all(e[m:] == (e[m - 1] if m else 0)), (k, e)
                assert np.allclose(b[:r, :c], k + np.arange(r * c).reshape(r, c) / 100, rtol=0, atol=0) and np.all(b[r:] == -1)
                assert np.all(b[:, c:] == -1), (k, b)
        print(len(columns["object_id"]), "shards")
        """;

    [Theory]
    [InlineData(2, 4, 256)]
    [InlineData(600, 1, 256)]
    [InlineData(600, 0, 20)] // several shards in each cell
    public async Task Every_kind_of_column_is_read_by_h5py(int count, int order, int targetKilobytes)
    {
        using TemporaryFolder folder = new();
        BuildSummary summary = await Datasets.Build(folder["zoo"],
            Zoo.Spec with { Order = order, TargetShardBytes = targetKilobytes << 10 }, null, Datasets.ZooUnits(count, 1, 100));

        string said = Python.Run(Script, folder["zoo"], count.ToString());

        Assert.Equal($"{summary.Shards} shards\n", said);
        Assert.Equal(count, summary.Rows);
        if (targetKilobytes < 256)
            Assert.True(summary.Shards > 12);
    }

    [Fact]
    public async Task Raw_chunks_are_declared_without_filters()
    {
        using TemporaryFolder folder = new();
        await Datasets.Build(folder["zoo"], Zoo.Spec with { Codec = Format.PieceCodec.None, Order = 0 }, null,
            ("u", [Zoo.Batch(Zoo.Shuffled(50, 2))]));
        Assert.Equal("None False\n", Python.Run("""
            import glob, sys, h5py, numpy as np
            for path in glob.glob(sys.argv[1] + "/main/*/*.hdf5"):
                with h5py.File(path) as f:
                    assert np.array_equal(f["image"][:, 0, 0], f["object_id"][:])
                    said = "%s %s" % (f["image"].compression, f["image"].shuffle)
            print(said)
            """, folder["zoo"]));
    }
}
