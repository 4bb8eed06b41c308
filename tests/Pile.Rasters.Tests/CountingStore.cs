using Pile.Storage;

namespace Pile.Rasters.Tests;

/// <summary>A folder that counts open files and reads, with any traits.</summary>
internal sealed class CountingStore(string folder, StoreTraits traits) : IFileStore
{
    private readonly IFileStore inner = FileStore.For(folder);
    private int reads, open, mostOpen;
    private long bytes;

    /// <summary>The number of reads.</summary>
    internal int Reads => reads;

    /// <summary>The number of bytes read.</summary>
    internal long Bytes => bytes;

    /// <summary>The largest number of files that were open at the same time.</summary>
    internal int MostOpen => mostOpen;

    /// <summary>The number of files that are open.</summary>
    internal int OpenNow => open;

    public string Address => inner.Address;

    public string LocalRoot => inner.LocalRoot;

    public StoreTraits Traits => traits;

    public StoreStatistics Statistics => default;

    public IRandomAccessFile Open(string path, long lengthBytes, string? tag = null) =>
        new CountingFile(this, inner.Open(path, lengthBytes));

    public async ValueTask<IRandomAccessFile> OpenAsync(string path, CancellationToken cancellationToken = default) =>
        new CountingFile(this, await inner.OpenAsync(path, cancellationToken));

    public Task<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken = default) =>
        inner.ReadAllAsync(path, maxBytes, cancellationToken);

    public Task<LocalCopy> LocalPathAsync(string path, KnownFile known = default, CancellationToken cancellationToken = default) =>
        inner.LocalPathAsync(path, known, cancellationToken);

    public void RequireFitsCache(string path, long bytes) => inner.RequireFitsCache(path, bytes);

    public IAsyncEnumerable<StoredFile> ListAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        inner.ListAsync(prefix, cancellationToken);

    public Task<bool> PutAsync(string path, Stream content, bool ifAbsent = false, CancellationToken cancellationToken = default) =>
        inner.PutAsync(path, content, ifAbsent, cancellationToken);

    public Task PutAsync(string path, Stream content, KnownFile known, CancellationToken cancellationToken = default) =>
        inner.PutAsync(path, content, known, cancellationToken);

    public ValueTask<KnownFile?> FindAsync(string path, CancellationToken cancellationToken = default) =>
        inner.FindAsync(path, cancellationToken);

    public Task DiscardUnfinishedAsync(CancellationToken cancellationToken = default) => inner.DiscardUnfinishedAsync(cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken = default) => inner.DeleteAsync(path, cancellationToken);

    private sealed class CountingFile : IRandomAccessFile
    {
        private readonly CountingStore store;
        private readonly IRandomAccessFile file;

        internal CountingFile(CountingStore store, IRandomAccessFile file)
        {
            (this.store, this.file) = (store, file);
            int now = Interlocked.Increment(ref store.open);
            lock (store)
                store.mostOpen = Math.Max(store.mostOpen, now);
        }

        public long LengthBytes => file.LengthBytes;

        public void Read(long offsetBytes, Span<byte> destination) => throw new NotSupportedException();

        public ValueTask ReadAsync(long offsetBytes, Memory<byte> destination, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref store.reads);
            Interlocked.Add(ref store.bytes, destination.Length);
            return file.ReadAsync(offsetBytes, destination, cancellationToken);
        }

        public async ValueTask ReadRangesAsync(ReadOnlyMemory<FileRange> ranges, CancellationToken cancellationToken = default)
        {
            for (int i = 0; i < ranges.Length; i++)
                await ReadAsync(ranges.Span[i].OffsetBytes, ranges.Span[i].Destination, cancellationToken);
        }

        public void Dispose()
        {
            Interlocked.Decrement(ref store.open);
            file.Dispose();
        }
    }
}
