namespace Pile.Storage;

/// <summary>Where the files of one dataset lie: a folder, a prefix of a bucket, a folder of a web server. Safe for use by many
/// threads.</summary>
/// <remarks>
/// <para>Paths are relative to the store's address, with <c>/</c> between names, and checked by the caller to stay inside.</para>
/// <para>What goes wrong is told in three ways: <see cref="FileNotFoundException"/> where there is no such file;
/// another <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where a local file cannot be read; a
/// <see cref="StoreException"/>, which names address and next step, where a remote store refuses, fails or contradicts itself.
/// Nothing of a credential is in any message.</para>
/// <para>A store holds no resource that has to be given back: connections belong to the process.</para>
/// </remarks>
internal interface IFileStore
{
    /// <summary>The folder or address, as messages show it; never a credential.</summary>
    string Address { get; }

    /// <summary>The local folder below which <see cref="LocalPathAsync"/> puts this store's files, each at its own path, and nothing else
    /// lies.</summary>
    string LocalRoot { get; }

    /// <summary>What a request costs here, for whoever plans reads.</summary>
    StoreTraits Traits { get; }

    /// <summary>Requests and bytes so far.</summary>
    StoreStatistics Statistics { get; }

    /// <summary>Reads a small file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">A longer one is refused before it is read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is longer.</exception>
    Task<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken = default);

    /// <summary>A path in the local file system where the whole file can be read, for libraries that read files themselves.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">What the caller knows of the file. With its SHA-256 a copy that is in the cache costs no request; without, the
    /// store is asked whether it has changed.</param>
    /// <param name="cancellationToken">Ends the wait; what was fetched by then is thrown away.</param>
    /// <returns>A folder's own file; of a remote store a copy in the cache, which stays there at least until it is disposed.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not the one that is known: another length, another SHA-256.</exception>
    Task<LocalCopy> LocalPathAsync(string path, KnownFile known = default, CancellationToken cancellationToken = default);

    /// <summary>Refuses a file that could never lie in the cache, before anything of it is fetched. Of a folder there are no copies, so
    /// nothing is refused.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Its length.</param>
    /// <exception cref="StoreException">The cache's budget is smaller.</exception>
    void RequireRoomFor(string path, long bytes);

    /// <summary>Opens a file whose length is known for reads at any place: a remote store sends no request, and finds out with the first
    /// read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lengthBytes">Its length.</param>
    /// <exception cref="FileNotFoundException">There is no such file, in a folder; a remote store says so when it is read.</exception>
    /// <exception cref="InvalidDataException">It has another length, in a folder; a remote store says so when it is read.</exception>
    IRandomAccessFile Open(string path, long lengthBytes);

    /// <summary>Opens a file for reads at any place, and asks for its length.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    ValueTask<IRandomAccessFile> OpenAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>All files whose paths begin with a prefix, in ordinal order of their paths.</summary>
    /// <param name="prefix">What paths begin with, such as <c>main/index/</c>; empty for all files.</param>
    /// <param name="cancellationToken">Ends the enumeration between two requests.</param>
    /// <exception cref="StoreException">The store cannot list, or does not let these credentials list.</exception>
    IAsyncEnumerable<StoredFile> ListAsync(string prefix = "", CancellationToken cancellationToken = default);

    /// <summary>Writes a file so that readers see the old one or the new one and nothing between, and returns when it will stay.</summary>
    /// <param name="path">The file. Folders are made where there are such things.</param>
    /// <param name="content">What to write, from its present place to its end.</param>
    /// <param name="ifAbsent">True to leave a file that is there, and say so.</param>
    /// <param name="cancellationToken">Ends the writing; then nothing of the new file is there.</param>
    /// <returns>False where <paramref name="ifAbsent"/> is true and the file was there.</returns>
    /// <exception cref="StoreException">The store cannot be written, or not with these credentials.</exception>
    Task<bool> PutAsync(string path, Stream content, bool ifAbsent = false, CancellationToken cancellationToken = default);

    /// <summary>Writes a file whose SHA-256 is known. A store that can keep it beside the file does, so that <see cref="FindAsync"/> tells
    /// it.</summary>
    /// <param name="path">The file. Folders are made where there are such things.</param>
    /// <param name="content">What to write, from its present place to its end.</param>
    /// <param name="known">What the content is known to be; the caller has it checked, the store notes it down.</param>
    /// <param name="cancellationToken">Ends the writing; then nothing of the new file is there.</param>
    /// <exception cref="StoreException">The store cannot be written, or not with these credentials.</exception>
    Task PutAsync(string path, Stream content, KnownFile known, CancellationToken cancellationToken = default);

    /// <summary>What the store knows of a file without reading it: its length, and the SHA-256 that it was put with where the store keeps
    /// such things.</summary>
    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="StoreException">The store refuses or fails.</exception>
    ValueTask<KnownFile?> FindAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Deletes what writers left that ended before their files were whole. Nobody may be writing here meanwhile.</summary>
    /// <exception cref="StoreException">The store cannot be written, or not with these credentials.</exception>
    Task DiscardUnfinishedAsync(CancellationToken cancellationToken = default);

    /// <summary>Deletes a file; one that is not there is no error.</summary>
    /// <exception cref="StoreException">The store cannot be written, or not with these credentials.</exception>
    Task DeleteAsync(string path, CancellationToken cancellationToken = default);
}
