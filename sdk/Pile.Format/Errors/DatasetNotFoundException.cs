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

    /// <summary>What is there instead.</summary>
    internal string Finding { get; } = finding;

    /// <summary>Describes a local path that has no manifest.</summary>
    public static string FindingIn(string path) => File.Exists(path)
            ? path.EndsWith(".yaml", StringComparison.Ordinal)
                ? $"it is a file whose name ends neither in '{DatasetPaths.CollectionFile}' nor in '.query.yaml'" : "it is a file"
        : !Directory.Exists(path) ? "there is no such folder"
        : File.Exists(Path.Combine(path, DatasetPaths.CollectionFile))
            ? $"{NoManifest}, but a collection: name the file '{DatasetPaths.CollectionFile}' in it"
        : NoManifest;
}
