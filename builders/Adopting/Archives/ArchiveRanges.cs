using Pile.Storage;

namespace Pile.Adopting;

/// <summary>Checks that rows of an archive could be read from its server.</summary>
internal static class ArchiveRanges
{
    private const string Remedy =
        "Adopt the files on a server with range requests (nginx, Apache, S3), or download them and adopt the local files";

    /// <exception cref="StoreException">The server sends complete files only.</exception>
    /// <inheritdoc cref="RangeSupport.RequireAsync"/>
    internal static ValueTask RequireAsync(IFileStore store, string path, long bytes, CancellationToken cancellationToken) =>
        RangeSupport.RequireAsync(store, path, bytes, Remedy, cancellationToken);

    /// <summary>Returns the error of a server that sends complete files only with what to do about it; other errors are
    /// unchanged.</summary>
    internal static Format.PileException Report(Format.PileException error) =>
        error is StoreException { Fault: StoreFault.NoRanges } store
            ? new StoreException(store.Fault, store.Address, store.Finding, Remedy, store) : error;
}
