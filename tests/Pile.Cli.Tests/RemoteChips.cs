using System.Globalization;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Three cloud-optimized GeoTIFFs of 1024 × 768 pixels in blocks of 256, as rasterio writes and reads them, with items that refer
/// to them on a server.</summary>
public sealed class RemoteChips : IDisposable
{
    internal const int Across = 4, Down = 3, Size = 256, BandCount = 3, Count = Across * Down;

    internal static readonly string[] Bands = ["red", "green", "nir"];

    private readonly TemporaryFolder folder = new();

    /// <summary>Makes the files.</summary>
    public RemoteChips()
    {
        Rasters = Directory.CreateDirectory(folder["rasters"]).FullName;
        string sizes = Python.Run("""
            import sys, numpy as np, rasterio, rasterio.shutil
            from rasterio.windows import Window
            folder, bands, size = sys.argv[1], sys.argv[3:], 256
            random, pixels = np.random.default_rng(5), []
            for band in bands:
                values = (3000 + random.normal(0, 200, (768, 1024)).cumsum(axis=1) / 9).astype("uint16")
                profile = dict(driver="GTiff", dtype="uint16", count=1, height=768, width=1024, crs="EPSG:32628", nodata=0,
                               transform=rasterio.Affine(10, 0, 399960, 0, -10, 2000040))
                with rasterio.MemoryFile() as memory:
                    with memory.open(**profile) as file:
                        file.write(values, 1)
                    with memory.open() as file:
                        rasterio.shutil.copy(file, f"{folder}/{band}.tif", driver="COG", COMPRESS="DEFLATE", PREDICTOR="2",
                                             BLOCKSIZE="256", OVERVIEWS="NONE")
                with rasterio.open(f"{folder}/{band}.tif") as file:
                    pixels.append([[file.read(1, window=Window(x * size, y * size, size, size)) for x in range(4)] for y in range(3)])
                    for y in range(3):
                        for x in range(4):
                            print(file.get_tag_item(f"BLOCK_SIZE_{x}_{y}", "TIFF", bidx=1))
            np.moveaxis(np.array(pixels), 0, 2).astype("<u2").tofile(sys.argv[2])
            """, [Rasters, folder["pixels.bin"], .. Bands]);
        BlockBytes = sizes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(s => long.Parse(s, CultureInfo.InvariantCulture));
        byte[] bytes = File.ReadAllBytes(folder["pixels.bin"]);
        Pixels = new ushort[bytes.Length / 2];
        Buffer.BlockCopy(bytes, 0, Pixels, 0, bytes.Length);
    }

    /// <summary>The folder with the files.</summary>
    internal string Rasters { get; }

    /// <summary>What rasterio reads: chip (row by row), band, y, x.</summary>
    internal ushort[] Pixels { get; }

    /// <summary>The stored bytes of all blocks of all files, as GDAL states them.</summary>
    internal long BlockBytes { get; }

    /// <summary>Returns what rasterio reads of a chip.</summary>
    internal ushort[] PixelsOf(int chipX, int chipY)
    {
        int elements = BandCount * Size * Size;
        return Pixels.AsSpan(((chipY * Across) + chipX) * elements, elements).ToArray();
    }

    /// <summary>Writes an item whose assets are below an address.</summary>
    internal static void WriteItem(string path, string address)
    {
        object polygon = new { type = "Polygon", coordinates = new[] { Ring(-15.948, 18.015, -15.851, 18.086) } };
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            type = "Feature",
            stac_version = "1.0.0",
            id = "scene",
            geometry = polygon,
            bbox = new[] { -15.948, 18.015, -15.851, 18.086 },
            properties = new { datetime = "2020-07-14T11:00:00Z" },
            links = Array.Empty<string>(),
            assets = Bands.ToDictionary(b => b, b => new
            {
                href = $"{address}/{b}.tif",
                type = "image/tiff; application=geotiff; profile=cloud-optimized",
                roles = new[] { "data" },
            }),
        }));
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private static double[][] Ring(double west, double south, double east, double north) =>
        [[west, south], [east, south], [east, north], [west, north], [west, south]];
}
