namespace Pile.Layers;

/// <summary>What a scan found.</summary>
internal sealed record ScanSummary
{
    /// <summary>The number of files of the place.</summary>
    internal long Files { get; set; }

    internal long Bytes { get; set; }

    internal long Added { get; set; }

    internal long Changed { get; set; }

    internal long Removed { get; set; }

    /// <summary>The number of pointers of Git LFS.</summary>
    internal long LfsPointers { get; set; }

    /// <summary>The number of rows of the source with a fault.</summary>
    internal long Faults { get; set; }

    /// <summary>The number of paths that differ from another one only by case or Unicode form.</summary>
    internal long Alike { get; set; }

    /// <summary>One of these paths.</summary>
    internal string? ExampleAlike { get; set; }

    internal SkippedFiles Skipped { get; } = new();

    /// <summary>The number of the newest commit of the source.</summary>
    internal long Commit { get; set; }

    internal string Revision { get; set; } = "";
}
