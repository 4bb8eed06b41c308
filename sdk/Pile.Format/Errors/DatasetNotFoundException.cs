namespace Pile.Format;

/// <summary>There is no dataset at the given path or address.</summary>
public sealed class DatasetNotFoundException(string dataset, string finding)
    : PileException($"No dataset at '{dataset}': {finding}. A dataset is a folder that contains a '{DatasetPaths.Manifest}', or a HATS "
        + "catalogue.")
{
    /// <summary>The finding for a folder without a manifest.</summary>
    public const string NoManifest = $"the folder has no '{DatasetPaths.Manifest}'";

    /// <summary>The given path or address.</summary>
    public string Dataset { get; } = dataset;

    /// <summary>Describes a local path that has no manifest.</summary>
    public static string FindingIn(string path) => File.Exists(path) ? "it is a file"
        : !Directory.Exists(path) ? "there is no such folder"
        : NoManifest;
}
