namespace Pile.Writing;

/// <summary>The phases of a build, in their order.</summary>
internal static class BuildPhase
{
    /// <summary>Units are read, checked and spilled.</summary>
    internal const string Extract = "extract";

    /// <summary>Rows are counted and sorted.</summary>
    internal const string Sort = "sort";

    /// <summary>Shards and index are written.</summary>
    internal const string Write = "write";

    /// <summary>Checksums and the manifest are written, and the dataset is moved to the output.</summary>
    internal const string Commit = "commit";
}
