namespace Pile.Storage;

/// <summary>A file that can be read in the local file system until this is disposed; the cache does not give its room to another
/// before.</summary>
internal sealed class LocalCopy : IDisposable
{
    private readonly IDisposable? lease;

    /// <summary>Names a file that lies there anyway.</summary>
    public LocalCopy(string path) => Path = path;

    internal LocalCopy(string path, IDisposable lease) => (Path, this.lease) = (path, lease);

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => lease?.Dispose();
}
