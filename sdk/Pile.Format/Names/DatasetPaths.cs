using System.Globalization;

namespace Pile.Format;

/// <summary>Where the parts of a dataset lie, as paths relative to its folder with <c>/</c> between names.</summary>
internal static class DatasetPaths
{
    /// <summary>The statistics of all columns; may be absent.</summary>
    public const string Statistics = "statistics.parquet";

    /// <summary>The rows that a build skipped, with their reasons; absent if there are none.</summary>
    public const string Skipped = "skipped.csv";

    /// <summary>The manifest.</summary>
    public const string Manifest = "pile.yaml";

    /// <summary>The list of every other file.</summary>
    public const string Files = "files.parquet";

    /// <summary>The card for people.</summary>
    public const string Readme = "README.md";

    /// <summary>The folder of one cell's shards, <c>main/healpix=1234</c>.</summary>
    public static string CellFolder(string subset, string cellFolderName) => $"{subset}/{cellFolderName}";

    /// <summary>One shard, <c>main/healpix=1234/001-of-002.hdf5</c>.</summary>
    /// <param name="cellFolder">The folder of its cell.</param>
    /// <param name="number">Its number within the cell, from 1.</param>
    /// <param name="count">How many shards the cell has.</param>
    public static string Shard(string cellFolder, int number, int count) => $"{cellFolder}/{number:D3}-of-{count:D3}.hdf5";

    /// <summary>The HATS catalogue of the light columns.</summary>
    public static string Index(string subset) => $"{subset}/index";

    /// <summary>One tile of the index (HATS: Dir is the pixel rounded down to ten thousands).</summary>
    public static string IndexTile(string subset, int order, long pixel) => HatsTile(Index(subset), order, pixel);

    /// <summary>The margin catalogue beside the index, <c>main/index_10arcs</c>.</summary>
    public static string Margin(string subset, double thresholdArcsec) =>
        string.Create(CultureInfo.InvariantCulture, $"{Index(subset)}_{thresholdArcsec:0.###}arcs");

    /// <summary>What says that index and margin belong together: a HATS collection.</summary>
    public static string Collection(string subset) => $"{subset}/collection.properties";

    /// <summary>One tile of a HATS catalogue in that folder.</summary>
    public static string HatsTile(string catalogueFolder, int order, long pixel) => string.Create(CultureInfo.InvariantCulture,
        $"{catalogueFolder}/dataset/Norder={order}/Dir={pixel / 10_000 * 10_000}/Npix={pixel}.parquet");

    /// <summary>The sorted positions that the matcher maps as arrays.</summary>
    public static string Positions(string subset) => $"{subset}/positions.parquet";

    /// <summary>The index of ids of a subset.</summary>
    public static string Ids(string subset) => $"{subset}/ids.parquet";

    /// <summary>Joins a path of the manifest to the dataset's folder, and refuses one that would leave it.</summary>
    /// <exception cref="DatasetInvalidException">The path is absolute, or climbs out with <c>..</c>.</exception>
    public static string Resolve(string datasetFolder, string relativePath)
    {
        bool leaves = relativePath.Length == 0 || relativePath.Contains('\0', StringComparison.Ordinal)
            || relativePath.Contains('\\', StringComparison.Ordinal)
            || relativePath.StartsWith('/') || relativePath.Split('/').Any(part => part is "" or "." or "..");
        return leaves
            ? throw new DatasetInvalidException(datasetFolder, $"the path '{relativePath}' is not inside the dataset",
                "Don't trust this dataset; get it again from its source")
            : Path.Combine(datasetFolder, relativePath);
    }
}
