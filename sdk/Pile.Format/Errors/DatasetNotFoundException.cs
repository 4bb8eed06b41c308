namespace Pile.Format;

/// <summary>There is no dataset at a path that somebody typed.</summary>
public sealed class DatasetNotFoundException(string dataset, string finding)
    : PileException($"No dataset at '{dataset}': {finding}. A dataset is a folder with a '{DatasetPaths.Manifest}' in it.")
{
    /// <summary>The path as it was given.</summary>
    public string Dataset { get; } = dataset;
}
