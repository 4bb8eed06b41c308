namespace Pile.Storage;

/// <summary>A store whose files are copied to a cache before they are read as local files, completely or in blocks.</summary>
internal interface IRemoteFileStore : IFileStore
{
    /// <summary>Returns the full copy of a file in the cache without sending a request.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">The length and SHA-256 that the copy must have.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>The copy, which is not evicted before it is disposed; null if the cache has none.</returns>
    Task<LocalCopy?> FindCopyAsync(string path, KnownFile known, CancellationToken cancellationToken = default);

    /// <summary>Begins to read a small file whose copy will be required, unless the cache has a copy. It arrives while other files are
    /// read; errors are those of <see cref="IFileStore.LocalPathAsync"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The size up to which it is read.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    void BeginCopy(string path, int maxBytes, CancellationToken cancellationToken = default);

    /// <summary>Opens a file that is read in blocks, which are cached. Sends no request.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">The length and SHA-256 of the file.</param>
    /// <param name="blockBytes">The length of each block except the last.</param>
    CachedBlocks OpenBlocks(string path, KnownFile known, int blockBytes);
}
