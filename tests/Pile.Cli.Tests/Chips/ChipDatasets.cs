using Pile.Cli.Tests.Chips;
using Pile.TestKit;

[assembly: AssemblyFixture(typeof(ChipDatasets))]

namespace Pile.Cli.Tests.Chips;

/// <summary>Datasets of chips of 32 pixels of three scenes that rasterio writes: <c>a1</c> and <c>a2</c> of one product with two bands of
/// uint16, <c>b</c> of another with one band of float32.</summary>
public sealed class ChipDatasets : IDisposable
{
    // Scenes that chips do not divide, in two zones, at the pole and on both sides of the equinoxes; a fifth of the pixels is nodata.
    private const string Scenes = """
        import json, os, sys
        import numpy as np, rasterio
        from rasterio.warp import transform_bounds

        def scene(folder, name, collection, platform, when, epsg, origin, pixel, height, width, dtype, nodata, bands, seed):
            random = np.random.default_rng(seed)
            os.makedirs(f"{folder}/{name}")
            transform = rasterio.Affine(pixel, 0, origin[0], 0, -pixel, origin[1])
            assets = {}
            for band in bands:
                if dtype == "float32":
                    pixels = random.normal(0.3, 0.2, (height, width)).astype(dtype)
                else:
                    pixels = random.integers(-300, 3000, (height, width)).astype(dtype) if dtype == "int16" \
                        else random.integers(1, 4000, (height, width)).astype(dtype)
                pixels[random.random((height, width)) < 0.2] = nodata
                with rasterio.open(f"{folder}/{name}/{band}.tif", "w", driver="GTiff", dtype=dtype, count=1, height=height, width=width,
                                   crs=f"EPSG:{epsg}", nodata=nodata, compress="deflate", tiled=True, blockxsize=64, blockysize=64,
                                   transform=transform) as file:
                    file.write(pixels, 1)
                assets[band] = {"href": f"{band}.tif", "type": "image/tiff; application=geotiff", "roles": ["data"],
                                "eo:bands": [{"name": band, "common_name": band}]}
            west, south, east, north = transform_bounds(f"EPSG:{epsg}", "EPSG:4326", origin[0], origin[1] - pixel * height,
                                                        origin[0] + pixel * width, origin[1])
            item = {"type": "Feature", "stac_version": "1.0.0", "id": name, "collection": collection,
                    "stac_extensions": ["https://stac-extensions.github.io/projection/v1.1.0/schema.json",
                                        "https://stac-extensions.github.io/eo/v1.1.0/schema.json"],
                    "bbox": [west, south, east, north],
                    "geometry": {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north],
                                                                     [west, south]]]},
                    "properties": {"datetime": when, "platform": platform, "eo:cloud_cover": seed * 10.0, "proj:epsg": epsg,
                                   "proj:shape": [height, width], "proj:transform": list(transform)[:6]},
                    "links": [], "assets": assets}
            with open(f"{folder}/{name}/item.json", "w") as file:
                json.dump(item, file)

        folder = sys.argv[1]
        scene(folder, "a1", "alpha-l2", "alpha", "2020-07-14T11:55:52.5Z", 32633, (500000, 5000000), 10, 100, 140, "uint16",
              0, ["red", "nir"], 1)
        scene(folder, "a2", "alpha-l2", "alpha", "2021-01-02T23:10:00Z", 32634, (400000, 4100000), 10, 64, 96, "uint16",
              0, ["red", "nir"], 2)
        scene(folder, "b", "Beta (v2)", "beta", "2019-12-31T00:00:00Z", 3031, (-1000000, 700000), 30, 64, 64, "float32",
              float("nan"), ["ndvi"], 3)
        """;

    private readonly Lazy<TemporaryFolder> folder = new(Make);

    /// <summary>Returns a path: <c>a1/red.tif</c> is a raster, <c>chips/a1</c> the chips of a scene, <c>all</c> those of all
    /// scenes.</summary>
    internal string this[string path] => folder.Value[path];

    public void Dispose()
    {
        if (folder.IsValueCreated)
            folder.Value.Dispose();
    }

    private static TemporaryFolder Make()
    {
        TemporaryFolder made = new();
        Python.Run(Scenes, made.Path);
        foreach (string scene in (string[])["a1", "a2", "b"])
            Run("build", "--from", made[$"{scene}/item.json"], "--chips", "32", "--out", made[$"chips/{scene}"]);
        Run("merge", made["chips/a1"], made["chips/a2"], made["chips/b"], "--out", made["all"]);
        return made;
    }

    private static void Run(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        if (result.ExitCode != 0)
            throw new InvalidOperationException(result.Error);
    }
}
