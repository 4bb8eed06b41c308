namespace Pile.Storage;

/// <summary>A file in the local file system, which the cache does not evict before this is disposed.</summary>
internal sealed class LocalCopy : IDisposable
{
    private readonly IDisposable? lease;

    /// <summary>Refers to a file that is stored locally anyway.</summary>
    public LocalCopy(string path) => Path = path;

    internal LocalCopy(string path, IDisposable lease) => (Path, this.lease) = (path, lease);

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => lease?.Dispose();
}
