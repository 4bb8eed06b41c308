namespace Pile.Storage;

/// <summary>A part of a remote file on its way into memory or a local file; it goes on where an attempt before has ended.</summary>
internal sealed class RemoteRequest
{
    internal required RemoteObject Object { get; init; }

    /// <summary>Where the part begins.</summary>
    internal long OffsetBytes { get; init; }

    /// <summary>Its length; -1 for all there is.</summary>
    internal required long Bytes { get; init; }

    /// <summary>True to ask for the file as a whole, which also servers without ranges give.</summary>
    internal bool IsWhole { get; init; }

    /// <summary>For a file read into memory of its own: the length from which on it is refused.</summary>
    internal int? MostBytes { get; init; }

    /// <summary>Where the bytes go, unless there is a <see cref="File"/>.</summary>
    internal Memory<byte> Memory { get; set; }

    /// <summary>Where the bytes go, at the places that they have in the remote file.</summary>
    internal Microsoft.Win32.SafeHandles.SafeFileHandle? File { get; init; }

    /// <summary>Bytes that are there.</summary>
    internal long Received { get; set; }

    internal int Attempts { get; set; }
}
