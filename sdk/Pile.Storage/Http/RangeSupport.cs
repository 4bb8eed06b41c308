namespace Pile.Storage;

/// <summary>Checks that rows could be read from a web server: it must send parts of files.</summary>
/// <remarks>A server without support for range requests sends complete files, which is enough for the header of a small file.</remarks>
internal static class RangeSupport
{
    /// <summary>Requests the last byte of a file if it is on a web server. A file of one byte is not checked.</summary>
    /// <param name="store">The store of the file.</param>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="remedy">What the user can do, without a full stop.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="StoreException">The server does not support range requests, or fails.</exception>
    internal static async ValueTask RequireAsync(IFileStore store, string path, long bytes, string remedy,
        CancellationToken cancellationToken)
    {
        if (store is not HttpStore || bytes < 2)
            return;
        using IRandomAccessFile file = store.Open(path, bytes);
        try
        {
            await file.ReadAsync(bytes - 1, new byte[1], cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException e) when (e.Fault == StoreFault.NoRanges)
        {
            throw new StoreException(StoreFault.NoRanges, e.Address,
                $"{e.Finding}, so that values of rows could not be read from the file", remedy, e);
        }
    }
}
