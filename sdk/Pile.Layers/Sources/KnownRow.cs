using Pile.Format;

namespace Pile.Layers;

/// <summary>What an earlier scan found in a file.</summary>
internal sealed record KnownRow
{
    internal required string Path { get; init; }

    internal required long SizeBytes { get; init; }

    /// <summary>The time of the last change as MJD in UTC; null if the place has none.</summary>
    internal double? ModifiedMjd { get; init; }

    internal string? ETag { get; init; }

    internal string? MediaType { get; init; }

    internal string? Sha256 { get; init; }

    internal PictureSize? Size { get; init; }

    internal bool IsSniffed { get; init; }

    internal bool IsLfsPointer { get; init; }

    internal string? Fault { get; init; }

    /// <summary>True if the newest scan could not examine the file.</summary>
    internal bool IsUnexamined => Fault?.StartsWith(FolderListing.Unexamined, StringComparison.Ordinal) == true;

    /// <summary>A hash of the path that ignores case and Unicode form.</summary>
    internal required ulong Folded { get; init; }

    /// <summary>Returns true if a listed file seems to be the same: size, time and entity tag are equal.</summary>
    /// <remarks>The size of a pointer of Git LFS is not that of the listing; its blob has a hash.</remarks>
    internal bool IsLike(ScannedFile file) => ETag == file.ETag && (SizeBytes == file.SizeBytes || IsLfsPointer)
        && ModifiedMjd == (file.ModifiedMicros is { } micros ? KnownRows.MjdOf(micros) : null);
}
