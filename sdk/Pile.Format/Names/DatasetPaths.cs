using System.Globalization;

namespace Pile.Format;

/// <summary>The paths of the parts of a dataset, relative to its folder, with <c>/</c> between names.</summary>
internal static class DatasetPaths
{
    /// <summary>The statistics of all columns; may be absent.</summary>
    public const string Statistics = "statistics.parquet";

    /// <summary>The rows that a build skipped, with their reasons; absent if no rows were skipped.</summary>
    public const string Skipped = "skipped.csv";

    /// <summary>The addresses of the source files; absent if the recipe states none.</summary>
    public const string Origins = "origins.csv";

    /// <summary>The manifest.</summary>
    public const string Manifest = "pile.yaml";

    /// <summary>The end of the name of a file that lists datasets.</summary>
    internal const string CollectionFile = "collection.yaml";

    /// <summary>The list of every other file.</summary>
    public const string Files = "files.parquet";

    /// <summary>The key of the metadata of <see cref="Files"/> with the settings by which rows were read from their source.</summary>
    internal const string SourceRecord = "pile.source";

    /// <summary>The dataset card.</summary>
    public const string Readme = "README.md";

    /// <summary>Returns the folder of one cell's shards, <c>main/healpix=1234</c>.</summary>
    public static string CellFolder(string subset, string cellFolderName) => $"{subset}/{cellFolderName}";

    /// <summary>Returns the path of a shard, <c>main/healpix=1234/001-of-002.hdf5</c>.</summary>
    /// <param name="cellFolder">The folder of its cell.</param>
    /// <param name="number">Its number within the cell, from 1.</param>
    /// <param name="count">The number of shards of the cell.</param>
    public static string Shard(string cellFolder, int number, int count) => $"{cellFolder}/{number:D3}-of-{count:D3}.hdf5";

    /// <summary>Returns the folder of the HATS catalogue of the light columns.</summary>
    public static string Index(string subset) => $"{subset}/index";

    /// <summary>Returns the path of a tile of the index (in HATS, Dir is the pixel rounded down to ten thousands).</summary>
    public static string IndexTile(string subset, int order, long pixel) => HatsTile(Index(subset), order, pixel);

    /// <summary>Returns the path of a tile of the index of a dataset without positions, <c>main/index/001-of-002.parquet</c>.</summary>
    /// <param name="subset">The subset.</param>
    /// <param name="number">The number of the tile, from 1.</param>
    /// <param name="count">The number of tiles.</param>
    public static string HashTile(string subset, int number, int count) => $"{Index(subset)}/{number:D3}-of-{count:D3}.parquet";

    /// <summary>Returns the folder of the margin catalogue, <c>main/index_10arcs</c>.</summary>
    public static string Margin(string subset, double thresholdArcsec) =>
        string.Create(CultureInfo.InvariantCulture, $"{Index(subset)}_{thresholdArcsec:0.###}arcs");

    /// <summary>Returns the path of the properties of the HATS collection of index and margin.</summary>
    public static string Collection(string subset) => $"{subset}/collection.properties";

    /// <summary>Returns the path of a tile of the HATS catalogue in a folder.</summary>
    public static string HatsTile(string catalogueFolder, int order, long pixel) => string.Create(CultureInfo.InvariantCulture,
        $"{catalogueFolder}/dataset/Norder={order}/Dir={pixel / 10_000 * 10_000}/Npix={pixel}.parquet");

    /// <summary>Returns the path of the sorted positions, which the matcher maps as arrays.</summary>
    public static string Positions(string subset) => $"{subset}/positions.parquet";

    /// <summary>Returns the path of the list of the files outside the dataset that store values of it.</summary>
    public static string Sources(string subset) => $"{subset}/sources.parquet";

    /// <summary>Returns the path of the index of ids of a subset.</summary>
    public static string Ids(string subset) => $"{subset}/ids.parquet";

    /// <summary>Returns the path of the space-time coverage of a subset.</summary>
    public static string Coverage(string subset) => $"{subset}/coverage.fits";

    /// <summary>Joins the dataset's folder and a path of the manifest, and rejects a path outside the folder.</summary>
    /// <exception cref="DatasetInvalidException">The path is absolute or contains <c>..</c>.</exception>
    public static string Resolve(string datasetFolder, string relativePath)
    {
        bool leaves = relativePath.Length == 0 || relativePath.Contains('\0', StringComparison.Ordinal)
            || relativePath.Contains('\\', StringComparison.Ordinal)
            || relativePath.StartsWith('/') || relativePath.Split('/').Any(part => part is "" or "." or "..");
        return leaves
            ? throw new DatasetInvalidException(datasetFolder, $"the path '{relativePath}' is outside the dataset",
                "Do not use this dataset; get it again from its source")
            : Path.Combine(datasetFolder, relativePath);
    }
}
