namespace Pile.Publishing;

/// <summary>How datasets are merged.</summary>
internal sealed record MergeOptions
{
    /// <summary>The dataset's name; null (the default) for the names joined.</summary>
    public string? Name { get; init; }

    /// <summary>True to take ids of rows and items from the last part of each dataset's folder.</summary>
    public bool HasIdsOfFolders { get; init; }
}
