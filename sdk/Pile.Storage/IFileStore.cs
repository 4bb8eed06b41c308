using Pile.Format;

namespace Pile.Storage;

/// <summary>The files of one dataset in a folder, a prefix of a bucket, or a folder of a web server. Thread-safe.</summary>
/// <remarks>
/// <para>Paths are relative to the store's address and separated by <c>/</c>. The caller checks that they do not leave it.</para>
/// <para>Failures are reported in three ways. A missing file is a <see cref="FileNotFoundException"/>. A local file that cannot be read
/// is another <see cref="IOException"/>, or an <see cref="AccessDeniedException"/> if permission is denied. A remote store that rejects a
/// request, fails, or returns inconsistent responses is a <see cref="StoreException"/> with the address and the next step.
/// Messages never contain credentials.</para>
/// <para>A store needs no disposal: connections belong to the process.</para>
/// </remarks>
internal interface IFileStore
{
    /// <summary>The folder or address for messages; never with a credential.</summary>
    string Address { get; }

    /// <summary>The local folder below which <see cref="LocalPathAsync"/> puts
    /// this store's files, each at its own path, and no other files.</summary>
    string LocalRoot { get; }

    /// <summary>The cost of requests, for planning reads.</summary>
    StoreTraits Traits { get; }

    /// <summary>The requests and bytes so far.</summary>
    StoreStatistics Statistics { get; }

    /// <summary>Reads a small file completely.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The largest length; a longer file is rejected before it is read.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is longer than <paramref name="maxBytes"/>.</exception>
    Task<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken = default);

    /// <summary>Returns a path in the local file system with the complete file, for libraries that read files themselves.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">The expected file. With its SHA-256, a cached copy needs no request; without it, the store is asked whether
    /// the file has changed.</param>
    /// <param name="cancellationToken">Cancels the operation; bytes fetched so far are discarded.</param>
    /// <returns>The file itself in a folder; a cached copy for a remote store, which is not evicted before it is disposed.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file's length or SHA-256 differs from the expected one.</exception>
    Task<LocalCopy> LocalPathAsync(string path, KnownFile known = default, CancellationToken cancellationToken = default);

    /// <summary>Rejects a file that is larger than the cache's size limit, before any of it is fetched. A folder rejects nothing, because
    /// its files are not copied.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">The length of the file.</param>
    /// <exception cref="StoreException">The file is larger than the limit.</exception>
    void RequireFitsCache(string path, long bytes);

    /// <summary>Opens a file of known length for random access. A remote store
    /// sends no request, and reports errors at the first read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lengthBytes">The length of the file.</param>
    /// <param name="tag">The expected entity tag; null if it is not known. A folder has none.</param>
    /// <exception cref="FileNotFoundException">There is no such file. A remote store reports this at the first read.</exception>
    /// <exception cref="InvalidDataException">The file has another length. A remote store reports this at the first read.</exception>
    IRandomAccessFile Open(string path, long lengthBytes, string? tag = null);

    /// <summary>Opens a file for random access after determining its length.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    ValueTask<IRandomAccessFile> OpenAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Lists all files whose paths begin with a prefix, in ordinal order of their paths.</summary>
    /// <param name="prefix">The prefix, such as <c>main/index/</c>; empty for all files.</param>
    /// <param name="cancellationToken">Cancels the enumeration between two requests.</param>
    /// <exception cref="StoreException">The store does not support listing, or denies it to these credentials.</exception>
    IAsyncEnumerable<StoredFile> ListAsync(string prefix = "", CancellationToken cancellationToken = default);

    /// <summary>Writes a file atomically: readers see the old file or the new one. Returns when the new file is durable.</summary>
    /// <param name="path">The file. Missing folders are created.</param>
    /// <param name="content">The content, from the stream's current position to its end.</param>
    /// <param name="ifAbsent">True to keep an existing file and return false.</param>
    /// <param name="cancellationToken">Cancels the operation; then nothing of the new file is stored.</param>
    /// <returns>False if <paramref name="ifAbsent"/> is true and the file exists.</returns>
    /// <exception cref="StoreException">The store is read only, or denies writing to these credentials.</exception>
    Task<bool> PutAsync(string path, Stream content, bool ifAbsent = false, CancellationToken cancellationToken = default);

    /// <summary>Writes a file whose SHA-256 is known. A store that supports it keeps the SHA-256 as metadata, which
    /// <see cref="FindAsync"/> returns.</summary>
    /// <param name="path">The file. Missing folders are created.</param>
    /// <param name="content">The content, from the stream's current position to its end.</param>
    /// <param name="known">The length and SHA-256 of the content, which the caller has checked.</param>
    /// <param name="cancellationToken">Cancels the operation; then nothing of the new file is stored.</param>
    /// <exception cref="StoreException">The store is read only, or denies writing to these credentials.</exception>
    Task PutAsync(string path, Stream content, KnownFile known, CancellationToken cancellationToken = default);

    /// <summary>Returns the length of a file without reading it, and the SHA-256 that it was written with if the store keeps it.</summary>
    /// <returns>Null if there is no such file.</returns>
    /// <exception cref="StoreException">The store denies the request or fails.</exception>
    ValueTask<KnownFile?> FindAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Deletes files and uploads that interrupted writers have left. No writer may be active.</summary>
    /// <exception cref="StoreException">The store is read only, or denies writing to these credentials.</exception>
    Task DiscardUnfinishedAsync(CancellationToken cancellationToken = default);

    /// <summary>Deletes a file; a missing file is not an error.</summary>
    /// <exception cref="StoreException">The store is read only, or denies writing to these credentials.</exception>
    Task DeleteAsync(string path, CancellationToken cancellationToken = default);
}
