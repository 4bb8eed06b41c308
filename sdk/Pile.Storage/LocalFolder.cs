namespace Pile.Storage;

/// <summary>A folder of the local file system.</summary>
/// <param name="path">The folder, relative to the working folder or absolute.</param>
public sealed class LocalFolder(string path) : IFileStore
{
    /// <inheritdoc/>
    public string Address { get; } = path;

    /// <inheritdoc/>
    public string LocalRoot { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    /// <inheritdoc/>
    public bool IsLocal => true;

    /// <inheritdoc/>
    public async Task<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken = default)
    {
        using LocalFile file = new(Existing(path));
        if (file.LengthBytes > maxBytes)
            throw new InvalidDataException($"'{path}' has {file.LengthBytes} bytes; at most {maxBytes} are expected.");
        byte[] bytes = new byte[file.LengthBytes];
        await file.ReadAsync(0, bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    /// <inheritdoc/>
    public Task<string> LocalPathAsync(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            return Task.FromResult(Existing(path));
        }
        catch (IOException e)
        {
            return Task.FromException<string>(e);
        }
    }

    /// <inheritdoc/>
    public IRandomAccessFile Open(string path) => new LocalFile(Existing(path));

    // One exception for a file that is not there, whether it is the file, a folder above it, or a folder in its place.
    private string Existing(string path)
    {
        string full = Path.Combine(LocalRoot, path);
        return File.Exists(full) ? full : throw new FileNotFoundException($"There is no file '{full}'.", full);
    }
}
