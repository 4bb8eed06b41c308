using Pile.TestKit;

namespace Pile.Review.Tests.Conformance;

/// <summary>The valid datasets read by h5py: every column by name, with the dtypes, shapes and padding that the loaders of the Multimodal
/// Universe expect.</summary>
public class LoaderTests
{
    private const string Read = """
        import glob, sys, h5py, numpy as np
        rows, attributes = {}, {}
        for path in sorted(glob.glob(sys.argv[1] + "/main/healpix=*/*.hdf5")):
            with h5py.File(path) as f:
                data = {name: f[name][:] for name in f}
                for name in f: attributes[name] = dict(f[name].attrs)
                chunks = {name: f[name].chunks for name in f}
                for k in range(len(data["object_id"])):
                    rows[data["object_id"][k]] = {name: values[k] for name, values in data.items()}
        ids = sorted(rows, key=lambda i: int(i.decode().split("-")[-1]) if isinstance(i, bytes) else (i if i > 0 else 0))
        text = lambda values: [v.decode() for v in values]

        """;

    [Fact]
    public void Cubes_are_arrays_of_wavelength_row_and_column_and_spaxel_lists_are_a_view()
    {
        Assert.Equal("4 cubes\n", Python.Run(Read + """
            for i, id in enumerate(ids):
                row = rows[id]
                l, ny, nx = row["cube_flux_shape"]
                assert (l, ny, nx) == (7, 3 + i % 2, 4 + i), (i, l, ny, nx)
                flux = row["cube_flux"][:l, :ny, :nx]
                assert flux.dtype == np.float32 and np.array_equal(flux.ravel(), np.float32(i + np.arange(l * ny * nx) / 16))
                assert np.all(row["cube_flux"][:, ny:] == 0) and np.all(row["cube_flux"][:, :, nx:] == 0)
                # x is the column, y the row: the list of spaxels that MaNGA users know, and back
                spaxels = flux.reshape(l, -1).T
                y, x = np.indices((ny, nx))
                for s in range(ny * nx):
                    assert np.array_equal(spaxels[s], flux[:, y.ravel()[s], x.ravel()[s]]) and s == y.ravel()[s] * nx + x.ravel()[s]
                again = np.empty_like(flux)
                for s in range(ny * nx): again[:, y.ravel()[s], x.ravel()[s]] = spaxels[s]
                assert np.array_equal(again, flux)
                mask = row["cube_mask"]
                assert mask.dtype == np.int32
                assert np.array_equal(mask[:l, :ny, :nx].ravel(), np.where(np.arange(l * ny * nx) % 5 == 0, 1024, 0))
                assert np.array_equal(row["cube_lambda"], np.float32(3622 + 2 * np.arange(7))) and row["spaxel_size"] == np.float32(.5)
                assert row["cube_psf"].shape == (2, 5, 5) and row["cube_image"].shape[0] == 2 and text(row["cube_image_band"]) == ["g", "r"]
                maps = row["cube_map_label_shape"][0]
                assert maps == row["cube_map_shape"][0] == (0 if i == 2 else 3)
                assert text(row["cube_map_label"][:maps]) == ["stellar/vel", "emline/ha_6564", "dsö/dn4000"][:maps]
                assert text(row["cube_map_unit"][:maps]) == ["km/s", "1e-17 erg/(s cm2)", ""][:maps]
            assert attributes["cube_mask"]["mask"] == "zero_is_good" and "1024" not in attributes["cube_mask"]["mask_bits"]
            assert attributes["spaxel_size"]["unit"] == "arcsec" and attributes["cube_lambda"]["unit"] == "Angstrom"
            assert chunks["cube_flux"][0] == 1 and h5py.File(path).attrs["spectral_medium"] == "vacuum"
            print(len(ids), "cubes")
            """, ConformanceFolder.Valid("cube")));
    }

    [Fact]
    public void Light_curves_are_bands_by_samples_padded_with_0_and_declare_their_times()
    {
        Assert.Equal("5 light curves\n", Python.Run(Read + """
            for i, id in enumerate(ids):
                row = rows[id]
                bands, samples = row["lightcurve_time_shape"]
                assert (bands, samples) == (1 + i % 3, 4 + i)
                assert text(row["lightcurve_band"][:bands]) == ["g", "r", "i"][:bands]
                assert row["lightcurve_time"].dtype == np.float64 and row["lightcurve_flux"].dtype == np.float32
                assert row["lightcurve_quality"].dtype == np.int32
                for b in range(bands):
                    n = row["lightcurve_length"][b]
                    assert n == 4 + i - b
                    expected = 1325.25 + .5 * np.arange(n) + .01 * b
                    if i == 1: expected[2:3] = np.nan
                    assert np.array_equal(row["lightcurve_time"][b, :n], expected, equal_nan=True), row["lightcurve_time"]
                    assert np.array_equal(row["lightcurve_flux"][b, :n], np.float32(100 + 10 * b + np.arange(n)))
                    assert np.all(row["lightcurve_time"][b, n:] == 0) and np.all(row["lightcurve_flux"][b, n:] == 0)
                code = list(attributes["obj_type"]["category_code"]).index(row["obj_type"])
                assert attributes["obj_type"]["category_name"][code] == ["TDE", "SNII", "SNIa"][i % 3]
            time = attributes["lightcurve_time"]
            assert (time["time_scale"], time["time_reference"], time["time_zero_mjd"], time["unit"]) == ("TDB", "BARYCENTER", 56999.5, "d")
            assert list(attributes["hostgal_specz"]["sentinels"]) == [-9]
            print(len(ids), "light curves")
            """, ConformanceFolder.Valid("time-series")));
    }

    [Fact]
    public void Nested_lists_are_columns_named_after_their_group_and_whole_files_keep_every_byte()
    {
        Assert.Equal("6 rows\n", Python.Run(Read + """
            for i, id in enumerate(ids):
                row = rows[id]
                n = 0 if i == 4 else 2 * i
                assert row["lc.time_isnull"] == (i == 4)
                for name in ["lc.time", "lc.flux", "lc.class", "lc.band"]: assert row[name + "_shape"][0] == n
                assert np.array_equal(row["lc.time"][:n], 59000.5 + np.arange(n))
                assert np.all(row["lc.time"][n:] == 0 if i != 4 else np.isnan(row["lc.time"]))
                flux = np.float32(10 * i + np.arange(n)); flux[1:2] = np.nan
                assert np.array_equal(row["lc.flux"][:n], flux, equal_nan=True)
                assert text(row["lc.band"][:n]) == ["" if k % 3 == 0 else "band %d" % k for k in range(n)]
                assert row["references_isnull"] == (i == 3) and row["references_shape"][0] == (0 if i == 3 else i)
                assert text(row["references"][:row["references_shape"][0]]) == ["größe %d" % k for k in range(row["references_shape"][0])]
                m = row["neighbours_shape"][0]
                assert list(row["neighbours"][:m]) == [(1 << 60) + k for k in range(m)] and np.all(row["neighbours"][m:] == -1)
                size = row["thumbnail_shape"][0]
                assert row["thumbnail"][:size].tobytes() == bytes([255, 216, 255, 224, *range(5 + i), 255, 217]), i
                assert row["picture_isnull"] == (i == 1)
                if i != 1: assert row["picture"][:row["picture_shape"][0]].tobytes() == b"\x89PNG\r\n\x1a\n" + bytes(range(1, 3 * i + 1))
            assert attributes["lc.flux"]["nested"] == "lc" and attributes["thumbnail"]["encoding"] == "jpeg" and chunks["thumbnail"][0] == 1
            assert chunks["neighbours"] is None
            print(len(ids), "rows")
            """, ConformanceFolder.Valid("nested")));
    }
}
