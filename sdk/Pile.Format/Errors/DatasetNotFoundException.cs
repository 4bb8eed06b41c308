namespace Pile.Format;

/// <summary>There is no dataset at a path that somebody typed.</summary>
public sealed class DatasetNotFoundException(string dataset, string finding)
    : PileException($"No dataset at '{dataset}': {finding}. A dataset is a folder with a '{DatasetPaths.Manifest}' in it.")
{
    /// <summary>The finding for a folder without a manifest.</summary>
    public const string NoManifest = $"the folder has no '{DatasetPaths.Manifest}'";

    private static readonly string[] HatsFiles = ["hats.properties", "collection.properties", "properties"];

    /// <summary>The path as it was given.</summary>
    public string Dataset { get; } = dataset;

    /// <summary>Describes what a local path is that has no manifest.</summary>
    public static string FindingIn(string path) => File.Exists(path) ? "this is a file"
        : !Directory.Exists(path) ? "there is no such folder"
        : Array.Exists(HatsFiles, name => File.Exists(Path.Combine(path, name)))
            ? $"{NoManifest}: it is a HATS catalogue. 'pile validate' checks it, and 'pile crossmatch' and 'pile build --from' read its "
                + "Parquet files as tables"
        : NoManifest;
}
