using System.Collections.Concurrent;
using Pile.Format;
using Pile.Rasters;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>The raster files outside a dataset, opened when they are read, with their decoded blocks.</summary>
internal sealed class WindowSources(ReferenceList list, Mounts mounts) : IDisposable
{
    // Chips in the order of an index go over many scenes at once: all their blocks in use must fit, otherwise each is decoded several
    // times. 5 % of the memory is also GDAL's limit.
    private static readonly long PoolBytes = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 20, 256L << 20, 2L << 30);

    private readonly ReferenceSources files = new(list, mounts);
    private readonly Lazy<RasterPool> pool = new(() => new RasterPool(PoolBytes));
    private readonly ConcurrentDictionary<int, Lazy<Task<IRasterSource>>> open = new();
    private readonly ConcurrentDictionary<int, ReferencedFile> described = new();

    /// <summary>The number of files.</summary>
    internal int Count => list.Count;

    /// <summary>The open files and decoded blocks.</summary>
    internal RasterPool Pool => pool.Value;

    /// <summary>The reads so far; the bytes used are those of blocks or their beginnings.</summary>
    internal ReadStatistics Statistics =>
        pool is { IsValueCreated: true, Value.Statistics: var (reads, bytesRead, bytesNeeded) } ? new(reads, bytesRead, bytesNeeded)
            : default;

    /// <summary>Returns the address of a file for messages; also works for a number that is out of range.</summary>
    internal string UriOf(int number) => (uint)number < (uint)list.Count ? list.UriOf(number) : $"number {number} of {list.Count}";

    /// <summary>Returns what is recorded of a file: the same object for the same number.</summary>
    internal ReferencedFile this[int number] => described.GetOrAdd(number, n => list[n]);

    /// <summary>Opens a raster, or returns the open one. It is compared with what the dataset recorded of it.</summary>
    /// <exception cref="SourceUnreadableException">The file is missing, was changed, or is not a raster that can be read.</exception>
    internal async ValueTask<IRasterSource> OpenAsync(int number, CancellationToken cancellationToken)
    {
        Lazy<Task<IRasterSource>> opening = open.GetOrAdd(number, n => new(() => OpenAsync(n)));
        try
        {
            return await opening.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (opening.Value.IsFaulted)
        {
            open.TryRemove(new KeyValuePair<int, Lazy<Task<IRasterSource>>>(number, opening)); // it may be mounted or repaired later
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (pool.IsValueCreated)
            pool.Value.Dispose();
    }

    private async Task<IRasterSource> OpenAsync(int number)
    {
        ReferencedFile file = list[number];
        try
        {
            (IFileStore store, string path) = mounts.Resolve(file.Uri);
            using (file.Bytes == ReferencedFile.UnknownBytes ? null : files.Open(number)) // requires the recorded size and time
            {
                return await RasterDrivers.OpenAsync(new RasterUnit
                {
                    Store = store,
                    Path = path,
                    LengthBytes = file.Bytes == ReferencedFile.UnknownBytes ? null : file.Bytes,
                    ETag = file.ETag,
                    Layout = RasterLayoutJson.Of(file),
                }, Pool).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException($"'{file.Uri}'", e.Message.TrimEnd('.'),
                "If the file was changed, build the dataset again; if it was moved, mount its new place (DatasetOptions.Mounts)", e);
        }
    }
}
