using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using static Pile.Publishing.Tests.Exporting.MadeDatasets;

namespace Pile.Publishing.Tests.Exporting;

/// <summary>Cubes with a group for each object, as the loader of MaNGA reads them.</summary>
public sealed class MangaLayoutTests : IDisposable
{
    private const int Waves = 4563, Height = 4, Width = 6, Elements = Waves * Height * Width;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_cube_is_a_list_of_spaxels_in_a_padded_grid()
    {
        Modality cube = Modality.Get("cube");
        await BuildAsync(folder["d"], "cube", "MaNGA",
        [
            TextColumnData.From(Modality.Common.Find("object_id")!.With(DType.String, []), ["8485-1901"]), .. Common(1)[1..],
            new ColumnData<float>(cube.Find("cube_flux")!.With(DType.Float32, [Waves, Height, Width], "1e-17 erg/(s cm2 Angstrom)"),
                Each(1, Elements, (i, k) => k / 4f)),
            new ColumnData<float>(cube.Find("cube_ivar")!.With(DType.Float32, [Waves, Height, Width]),
                Each(1, Elements, (i, k) => (float)(k % 7))),
            new ColumnData<int>(cube.Find("cube_mask")!.With(DType.Int32, [Waves, Height, Width]), Each(1, Elements, (i, k) => k % 5)),
            new ColumnData<float>(cube.Find("cube_lsf_sigma")!.With(DType.Float32, [Waves, Height, Width]),
                Each(1, Elements, (i, k) => 1.25f)),
            new ColumnData<double>(cube.Find("cube_lambda")!.With(DType.Float64, [Waves]), Each(1, Waves, (i, k) => 3622 + (0.5 * k))),
            new ColumnData<float>(cube.Find("spaxel_size")!.With(DType.Float32, []), new[] { 0.5f }),
            new ColumnData<float>(new ColumnSchema { Name = "nsa_z", DType = DType.Float32 }, new[] { 0.04f }),
            new ColumnData<float>(cube.Find("cube_image")!.With(DType.Float32, [2, Height, Width], "nanomaggy"),
                Each(1, 2 * Height * Width, (i, k) => (float)k)),
            TextColumnData.From(cube.Find("cube_image_band")!.With(DType.String, [2]), ["g", "r"]),
            new ColumnData<float>(cube.Find("cube_map")!.With(DType.Float32, [1, Height, Width]),
                Each(1, Height * Width, (i, k) => -(float)k)),
            TextColumnData.From(cube.Find("cube_map_label")!.With(DType.String, [1]), ["stellar_vel/vel"]),
            TextColumnData.From(cube.Find("cube_map_unit")!.With(DType.String, [1]), ["km/s"]),
        ], medium: "vacuum");
        await using (Dataset dataset = await Dataset.OpenAsync(folder["d"], cancellationToken: TestContext.Current.CancellationToken))
            Assert.Equal("manga", (await DatasetExport.ToMmuAsync(dataset, folder["out"],
                cancellationToken: TestContext.Current.CancellationToken)).Layout);
        Assert.Equal("1 cube\n", Python.Run("""
            import sys
            sys.path.insert(0, sys.argv[1])
            sys.dont_write_bytecode = True
            import numpy as np
            import layouts
            rows = layouts.rows("manga", sys.argv[2])
            row = rows["8485-1901"]
            assert row["z"] == np.float32(.04) and row["spaxel_size"] == .5 and row["spaxel_size_units"] == "arcsec"
            k = np.arange(4563 * 24).reshape(4563, 4, 6)
            pad = lambda array, value: np.pad(array, ((0, 0), (46, 46), (45, 45)), constant_values=value).reshape(len(array), 9216)
            flux, ivar, mask = pad(np.float32(k / 4), 0), pad(k % 7, 0), pad(k % 5, 1024)
            for s in [0, 46 * 96 + 44, 46 * 96 + 45, 47 * 96 + 50, 49 * 96 + 50, 49 * 96 + 51, 9215]:
                spaxel = row["spaxels"][s]
                assert (spaxel["y"], spaxel["x"], spaxel["spaxel_idx"]) == (s // 96, s % 96, s)
                np.testing.assert_array_equal(spaxel["flux"], flux[:, s])
                np.testing.assert_array_equal(spaxel["ivar"], ivar[:, s])
                np.testing.assert_array_equal(spaxel["mask"], mask[:, s])
                np.testing.assert_array_equal(spaxel["lambda"], np.float32(3622 + .5 * np.arange(4563)))
                assert spaxel["flux_units"] == "1e-17 erg/(s cm2 Angstrom)" and spaxel["lambda_units"] == "Angstrom"
                assert np.isnan(spaxel["ellcoo_r"]) and spaxel["ellcoo_r_units"] == ""
            assert [image["filter"] for image in row["images"]] == ["g", "r"]
            image = np.pad(np.float32(24 + np.arange(24)).reshape(4, 6), ((46, 46), (45, 45)))
            np.testing.assert_array_equal(row["images"][1]["flux"], image)
            (found,) = row["maps"]
            assert (found["group"], found["label"], found["array_units"]) == ("stellar_vel", "vel", "km/s")
            np.testing.assert_array_equal(found["flux"][46:50, 45:51].ravel(), -np.arange(24))
            assert found["mask"][0, 0] == 1 << 30
            print(len(rows), "cube")
            """, Path.Combine(TestPaths.Root, "tests", "loaders"), folder["out"]));
    }
}
