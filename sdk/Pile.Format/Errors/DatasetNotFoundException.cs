namespace Pile.Format;

/// <summary>There is no dataset at the given path or address.</summary>
public sealed class DatasetNotFoundException : PileException
{
    /// <summary>Describes a path without a dataset.</summary>
    /// <param name="dataset">The given path or address.</param>
    /// <param name="finding">What is there instead.</param>
    public DatasetNotFoundException(string dataset, string finding)
        : this($"No dataset at '{dataset}': {finding}. A dataset is a folder that contains a '{DatasetPaths.Manifest}', or a HATS "
            + "catalogue.", dataset, finding)
    { }

    private DatasetNotFoundException(string message, string dataset, string finding) : base(message) =>
        (Dataset, Finding) = (dataset, finding);

    /// <summary>The finding for a folder without a manifest.</summary>
    public const string NoManifest = $"the folder has no '{DatasetPaths.Manifest}'";

    /// <summary>The given path or address.</summary>
    public string Dataset { get; }

    /// <summary>What is there instead.</summary>
    internal string Finding { get; }

    /// <summary>Describes a missing file that would name a dataset and some of its rows.</summary>
    /// <param name="path">Its path or address.</param>
    /// <param name="what">What it would be: a pin or a saved query.</param>
    internal static DatasetNotFoundException OfFile(string path, string what) =>
        new($"'{path}': there is no such {what}. Check its name and its folder.", path, $"there is no such {what}");

    /// <summary>Describes a local path that has no manifest.</summary>
    /// <exception cref="PileException">It is unknown whether the path or the manifest exists, because permission is denied.</exception>
    public static string FindingIn(string path) => ExistingPath.IsFile(path)
            ? path.EndsWith(MountsFile.Extension, StringComparison.Ordinal)
                ? $"it says where the files outside the dataset '{path[..^MountsFile.Extension.Length]}' are; leave it out"
            : path.EndsWith(".yaml", StringComparison.Ordinal)
                ? $"it is a file whose name ends neither in '{DatasetPaths.CollectionFile}' nor in '.query.yaml'" : "it is a file"
        : !ExistingPath.IsFolder(path) ? "there is no such folder"
        : ExistingPath.IsFile(Path.Combine(path, DatasetPaths.CollectionFile))
            ? $"{NoManifest}, but a collection: name the file '{DatasetPaths.CollectionFile}' in it"
        : NoManifest;
}
