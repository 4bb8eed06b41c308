using Pile.Format;

namespace Pile.Layers;

/// <summary>A file of a source, and what is known of its content.</summary>
internal sealed class ScannedFile
{
    /// <summary>The path below the address of the source, separated by slashes.</summary>
    internal required string Path { get; init; }

    internal required long SizeBytes { get; set; }

    /// <summary>The time of the last change in microseconds since 1970-01-01 UTC; null if the place has none.</summary>
    internal long? ModifiedMicros { get; set; }

    /// <summary>The entity tag of an object, or the hash of a Git blob; null for a local file.</summary>
    internal string? ETag { get; init; }

    internal string? MediaType { get; set; }

    internal string? Sha256 { get; set; }

    internal PictureSize? Size { get; set; }

    /// <summary>True if the media type and the size of the picture are from the content, not from the name.</summary>
    internal bool IsSniffed { get; set; }

    /// <summary>True if the file is a pointer of Git LFS in place of the content.</summary>
    internal bool IsLfsPointer { get; set; }

    /// <summary>What is wrong with the file; null if nothing is known to be.</summary>
    internal string? Fault { get; set; }

    /// <summary>True if the system denies the size and the time of the file: a row of an earlier scan is kept.</summary>
    internal bool IsUnexamined { get; init; }

    /// <summary>Takes over what an earlier scan found in an unchanged file.</summary>
    internal void Keep(KnownRow known) => (MediaType, Sha256, Size, IsSniffed, IsLfsPointer, Fault, SizeBytes) =
        (known.MediaType, known.Sha256, known.Size, known.IsSniffed, known.IsLfsPointer, known.Fault, known.SizeBytes);
}
