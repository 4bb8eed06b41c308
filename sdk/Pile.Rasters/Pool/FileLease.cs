using Pile.Storage;

namespace Pile.Rasters;

/// <summary>The use of an open file, until it is disposed.</summary>
internal sealed class FileLease(FilePool pool, PooledFile pooled, IRandomAccessFile file) : IDisposable
{
    /// <summary>The file.</summary>
    internal IRandomAccessFile File { get; } = file;

    /// <inheritdoc/>
    public void Dispose() => pool.Return(pooled);
}
