using Pile.Cli.Tests.Chips;
using Pile.TestKit;

[assembly: AssemblyFixture(typeof(ChipDatasets))]

namespace Pile.Cli.Tests.Chips;

/// <summary>Datasets of chips of 32 pixels of three scenes that rasterio writes: <c>a1</c> and <c>a2</c> of one product with two bands of
/// uint16, <c>b</c> of another with one band of float32, <c>c</c> with a coarser band, <c>d</c> without an EPSG code.</summary>
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
            crs = epsg if isinstance(epsg, str) else f"EPSG:{epsg}"
            full = (height, width)
            for band in bands:
                factor = 2 if band == "swir" else 1
                height, width = full[0] // factor, full[1] // factor
                own = transform * rasterio.Affine.scale(factor)
                if dtype == "float32":
                    pixels = random.normal(0.3, 0.2, (height, width)).astype(dtype)
                else:
                    pixels = random.integers(1, 4000, (height, width)).astype(dtype)
                pixels[random.random((height, width)) < 0.2] = nodata
                with rasterio.open(f"{folder}/{name}/{band}.tif", "w", driver="GTiff", dtype=dtype, count=1, height=height, width=width,
                                   crs=crs, nodata=nodata, compress="deflate", tiled=True, blockxsize=64, blockysize=64,
                                   transform=own) as file:
                    file.write(pixels, 1)
                    wkt = file.crs.to_wkt()
                assets[band] = {"href": f"{band}.tif", "type": "image/tiff; application=geotiff", "roles": ["data"],
                                "proj:shape": [height, width], "proj:transform": list(own)[:6],
                                "eo:bands": [{"name": band}]}
            height, width = full
            west, south, east, north = transform_bounds(crs, "EPSG:4326", origin[0], origin[1] - pixel * height,
                                                        origin[0] + pixel * width, origin[1])
            item = {"type": "Feature", "stac_version": "1.0.0", "id": name, "collection": collection,
                    "stac_extensions": ["https://stac-extensions.github.io/projection/v1.1.0/schema.json",
                                        "https://stac-extensions.github.io/eo/v1.1.0/schema.json"],
                    "bbox": [west, south, east, north],
                    "geometry": {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north],
                                                                     [west, south]]]},
                    "properties": {"datetime": when, "platform": platform, "eo:cloud_cover": seed * 10.0,
                                   "proj:epsg": None if isinstance(epsg, str) else epsg, "proj:wkt2": wkt,
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
        scene(folder, "c", "gamma", "gamma", "2022-06-01T06:00:00Z", 4326, (12.5, -3.25), 0.0001, 64, 128, "int16",
              -999, ["red", "swir"], 4)
        scene(folder, "d", "delta", "delta", "2022-06-01T06:00:00Z", "+proj=laea +lat_0=41 +lon_0=17 +ellps=GRS80 +units=m", (0, 0),
              10, 64, 64, "uint16", 0, ["red"], 5)
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
        foreach (string scene in (string[])["a1", "a2", "b", "c", "d"])
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
