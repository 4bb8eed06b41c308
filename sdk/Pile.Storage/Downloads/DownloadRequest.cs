namespace Pile.Storage;

/// <summary>A file to download.</summary>
/// <param name="Address">The address: http, https or s3.</param>
/// <param name="Path">The local file.</param>
/// <param name="Sha256">The SHA-256 that the file must have, lower-case hexadecimal; null if it is not known.</param>
internal sealed record DownloadRequest(string Address, string Path, string? Sha256)
{
    /// <summary>True to replace an existing file with other contents.</summary>
    internal bool Replace { get; init; }
}

/// <summary>A downloaded file.</summary>
/// <param name="Request">The request.</param>
/// <param name="Bytes">The size of the file.</param>
/// <param name="Sha256">Its SHA-256.</param>
/// <param name="IsSkipped">True if the file existed already.</param>
internal sealed record DownloadedFile(DownloadRequest Request, long Bytes, string Sha256, bool IsSkipped);
