namespace Pile.Storage;

/// <summary>A store whose files are copied into a cache before they can be read as local files, whole or in blocks.</summary>
internal interface IRemoteFileStore : IFileStore
{
    /// <summary>Returns the whole copy of a file in the cache, without a request.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">Its length and SHA-256, which the copy must have.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>The copy, which stays in the cache until it is disposed; null if there is none.</returns>
    Task<LocalCopy?> FindCopyAsync(string path, KnownFile known, CancellationToken cancellationToken = default);

    /// <summary>Opens a file that is read in blocks, which the cache keeps. Sends no request.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">Its length and SHA-256.</param>
    /// <param name="blockBytes">The length of each block but the last.</param>
    CachedBlocks OpenBlocks(string path, KnownFile known, int blockBytes);
}
