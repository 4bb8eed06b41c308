using Pile.TestKit;

namespace Pile.Publishing.Tests;

/// <summary>Files in npy and JSON, read with numpy and Python's json module.</summary>
public sealed class ArrayFileTests : IDisposable
{
    private static readonly string[] Types = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32",
        "float64", "bool"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Npy_files_have_the_exact_dtype_shape_and_values()
    {
        string[] columns = ["image_array", "image_mask", "spectrum_flux", "big", "flag", "name", "image_band", "native/mag",
            .. Types.Select(t => "t_" + t)];
        RowFilesSummary summary = await Rows.WriteAsync(Rows.Batch, columns, folder["out"]);
        Assert.Equal((2, 0, 2 * columns.Length), (summary.Rows, summary.Missing, summary.Files.Length));
        Assert.Equal(Path.Combine(folder["out"], "NGC%201%2F%CE%B1.b.native%2Fmag.npy"), summary.Files[7]);
        Assert.Equal(summary.Files.Order(StringComparer.Ordinal), Directory.GetFiles(folder["out"]).Order(StringComparer.Ordinal));
        Python.Run("""
            import numpy as np, sys, os
            d = sys.argv[1]; a = "NGC%201%2F%CE%B1.b."
            def get(n, i=a): return np.load(os.path.join(d, i + n + ".npy"), allow_pickle=False)
            whole = np.arange(210, dtype="f4").reshape(2, 3, 5, 7)
            for i, id in enumerate([a, "obj-2."]):
                x = get("image_array", id); assert x.dtype == np.dtype("<f4") and x.flags.c_contiguous and np.array_equal(x, whole[i])
                m = get("image_mask", id); assert m.dtype == np.bool_ and np.array_equal(m, whole[i] > 10)
            f = get("spectrum_flux"); assert f.shape == (3,) and f.dtype == np.float32 and f.tolist() == [1, 2, 3]
            assert get("spectrum_flux", "obj-2.").tolist() == [4, 5]
            b = get("big"); assert b.shape == () and b.dtype == np.int64 and b == 2**63 - 1
            assert get("flag").shape == () and get("flag").dtype == np.bool_ and get("flag")
            n = get("name"); assert n.shape == () and n.dtype == np.dtype("<U10") and n == "Ångström 𝒳", n
            assert get("image_band").tolist() == ["des-g", "des-r", "des-z"]
            mag = get("native%2Fmag"); assert mag[0] == 1.5 and np.isnan(mag[1]) and np.isposinf(mag[2])
            for t in ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]:
                x = get("t_" + t); i = np.iinfo(t); assert x.dtype == np.dtype(t) and x.tolist() == [i.min, i.max], (t, x)
            assert get("t_float32").dtype == np.float32 and get("t_float32")[0] == np.float32(0.1) and get("t_float64").dtype == np.float64
            assert get("t_bool").tolist() == [True, False]
            with open(os.path.join(d, a + "t_bool.npy"), "rb") as f:
                assert np.lib.format.read_magic(f) == (1, 0)
                shape, fortran, dtype = np.lib.format.read_array_header_1_0(f)
                assert f.tell() % 64 == 0 and not fortran and dtype.str == "|b1"
            """, folder["out"]);
    }

    [Fact]
    public async Task Json_files_are_nested_like_the_shape_and_keep_values_that_numbers_cannot_represent()
    {
        await Rows.WriteAsync(Rows.Batch, ["image_array", "z", "big", "name", "native/mag", "spectrum_flux"], folder["out"],
            new RowFileOptions { Format = RowFileFormat.Json });
        Python.Run("""
            import json, sys, os, numpy as np
            d = sys.argv[1]; a = "NGC%201%2F%CE%B1.b."
            def strict(name): raise ValueError(name)
            def get(n, i=a): return json.load(open(os.path.join(d, i + n + ".json"), encoding="utf-8"), parse_constant=strict)
            x = get("image_array")
            assert x["object_id"] == "NGC 1/α.b" and x["column"] == "image_array" and x["dtype"] == "float32"
            assert x["shape"] == [3, 5, 7] and x["unit"] == "nanomaggy"
            assert np.array_equal(np.array(x["value"]), np.arange(105).reshape(3, 5, 7))
            z = get("z"); assert z["value"] == 0.1 and z["shape"] == [] and z["unit"] is None
            z = get("z", "obj-2."); assert z["value"] is None and z["shape"] is None
            assert get("big")["value"] == "9223372036854775807" and get("big", "obj-2.")["value"] == 12
            assert get("name")["value"] == "Ångström 𝒳"
            assert get("native%2Fmag")["value"] == [1.5, None, "Infinity"] and get("native%2Fmag")["unit"] == "mag"
            assert get("spectrum_flux", "obj-2.")["value"] == [4, 5]
            """, folder["out"]);
    }
}
