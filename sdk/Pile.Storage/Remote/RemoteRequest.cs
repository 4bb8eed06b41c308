namespace Pile.Storage;

/// <summary>A request for a range of a remote file, into memory or a local file. A retry continues where the last attempt ended.</summary>
internal sealed class RemoteRequest
{
    internal required RemoteObject Object { get; init; }

    /// <summary>The offset of the range.</summary>
    internal long OffsetBytes { get; init; }

    /// <summary>The length of the range; -1 up to the end of the file.</summary>
    internal required long Bytes { get; init; }

    /// <summary>True to request the complete file, which servers without range support also allow.</summary>
    internal bool IsWhole { get; init; }

    /// <summary>The largest length of a file that is read into newly allocated memory; a longer file is rejected.</summary>
    internal int? MaxBytes { get; init; }

    /// <summary>The destination in memory, unless <see cref="File"/> is set.</summary>
    internal Memory<byte> Memory { get; set; }

    /// <summary>The destination file; bytes are written at the offsets that they have in the remote file.</summary>
    internal Microsoft.Win32.SafeHandles.SafeFileHandle? File { get; init; }

    /// <summary>The bytes received so far.</summary>
    internal long Received { get; set; }

    internal int Attempts { get; set; }

    /// <summary>The server that the most recent attempt was redirected to, without path and query; null if it is that of the
    /// file.</summary>
    internal string? RedirectedTo { get; set; }
}
