namespace Pile.Writing;

/// <summary>The parts of a build, in their order.</summary>
public enum BuildPhase
{
    /// <summary>Units are read, checked and spilled.</summary>
    Extract,

    /// <summary>Rows are counted and sorted.</summary>
    Sort,

    /// <summary>Shards and index are written.</summary>
    Write,

    /// <summary>Checksums, manifest, and the move to the output.</summary>
    Commit,
}
