using System.Collections.Concurrent;
using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>The tiles of one remote dataset, in a temporary folder that is deleted with it.</summary>
internal sealed class RemoteTiles(IRemoteFileStore store) : IDisposable
{
    private readonly ConcurrentDictionary<string, RemoteTile> tiles = new(StringComparer.Ordinal);
    private int count;

    /// <summary>The folder of the tiles, which contains nothing else.</summary>
    internal string Folder { get; } = TemporaryPath.CreateSystemFolder("tiles");

    /// <summary>Returns a tile, which is not opened yet; null if it cannot be read in blocks.</summary>
    /// <param name="tile">Its entry in the list of files.</param>
    /// <param name="expected">The CRC-32C of its blocks; null in datasets of older versions of the format.</param>
    internal RemoteTile? Of(IndexTile tile, uint[]? expected)
    {
        if (expected is null || expected.Length != FileBlocks.CountOf(tile.File.Bytes) || tile.File.Sha256.Length == 0)
            return null;
        return tiles.GetOrAdd(tile.File.Path, _ =>
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref count)}.parquet");
            return new RemoteTile(store, tile.File, expected, Path.Combine(Folder, name));
        });
    }

    /// <summary>Returns a tile of a catalogue without checksums, which is not opened yet. Its size is requested once.</summary>
    /// <exception cref="FileNotFoundException">The store does not have the tile.</exception>
    internal async Task<RemoteTile> OfForeignAsync(IndexTile tile, CancellationToken cancellationToken)
    {
        if (tiles.TryGetValue(tile.File.Path, out RemoteTile? known))
            return known;
        using IRandomAccessFile opened = await store.OpenAsync(tile.File.Path, cancellationToken).ConfigureAwait(false);
        return tiles.GetOrAdd(tile.File.Path, _ =>
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref count)}.parquet");
            return new RemoteTile(store, tile.File with { Bytes = opened.LengthBytes }, null, Path.Combine(Folder, name));
        });
    }

    /// <summary>Configures DuckDB for tiles whose files grow between statements.</summary>
    /// <remarks>
    /// DuckDB caches what it reads of a file as long as the file's time stays the same. It would return the zeros of a hole again if the
    /// hole was filled within the same tick of the clock.
    /// </remarks>
    internal static void Prepare(DuckDbDatabase database)
    {
        using DuckDbConnection settings = database.Connect();
        settings.Execute("SET enable_external_file_cache = false");
    }

    public void Dispose()
    {
        foreach (RemoteTile tile in tiles.Values)
            tile.Dispose();
        TemporaryPath.Delete(Folder);
    }
}
