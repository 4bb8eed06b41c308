namespace Pile.Storage;

/// <summary>Where the files of one dataset lie. Paths are relative to it, with <c>/</c> between names, and checked by the caller.</summary>
/// <remarks>What a store throws is of the system: <see cref="FileNotFoundException"/> where there is no such file, another
/// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where it cannot be read. Who knows what the file is says so.</remarks>
public interface IFileStore
{
    /// <summary>The folder or address, as messages show it; never a credential.</summary>
    string Address { get; }

    /// <summary>The local folder below which <see cref="LocalPathAsync"/> puts its files.</summary>
    string LocalRoot { get; }

    /// <summary>True when a read costs a system call and no request: then large reads are not joined.</summary>
    bool IsLocal { get; }

    /// <summary>Reads a small file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">A longer one is refused before it is read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidDataException">The file is longer.</exception>
    Task<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken = default);

    /// <summary>A path in the local file system where the whole file can be read, for libraries that read files themselves.</summary>
    /// <remarks>A local store gives the file's own path; a remote one fetches it first.</remarks>
    Task<string> LocalPathAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Opens a file for reads at any place.</summary>
    IRandomAccessFile Open(string path);
}
