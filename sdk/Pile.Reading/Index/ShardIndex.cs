using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Pile.DuckDb;
using Pile.Format;
using Pile.Hdf5;
using Pile.Sky;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Replaces the missing index of a dataset: reads the light columns and chunk indexes of all shards once into Parquet files in a
/// temporary folder.</summary>
/// <remarks>There is one file per shard. The checksums of pieces are unknown without an index, so rows are not verified.</remarks>
internal sealed class ShardIndex : IDisposable
{
    private readonly string root;
    private readonly Manifest manifest;
    private readonly IndexKey key;

    private ShardIndex(string root, Manifest manifest) =>
        (this.root, this.manifest, key) = (root, manifest, manifest.Partition.Key);

    /// <summary>The folder of the files, which exists only while the dataset is open.</summary>
    internal string Folder { get; } = TemporaryPath.InSystemFolder("shards");

    /// <summary>Returns a replacement for the index of a local dataset if the index is missing or ignored; null otherwise.</summary>
    /// <exception cref="DatasetInvalidException">The index is missing or ignored, but there are no shards.</exception>
    /// <exception cref="AccessDeniedException">A folder cannot be entered, so that it is unknown whether there is an index.</exception>
    internal static ShardIndex? For(IFileStore store, Manifest manifest, DatasetOptions options) =>
        store.Traits.IsLocal && manifest.Foreign is null && (options.IgnoreIndex
            || !ExistingPath.IsFolder(Path.Combine(store.LocalRoot, DatasetPaths.Index(manifest.Subset),
                manifest.Partition.Key.HasPositions ? "dataset" : "")))
            ? manifest.IsIndexOnly ? throw new DatasetInvalidException(store.Address,
                "its rows are stored in the index alone, which is missing or is to be ignored", "Get the index again from its source")
            : manifest.Partition.Key.HasTiles ? throw new DatasetInvalidException(store.Address,
                "its index is missing or is to be ignored, and the rows of its shards, which are tiles of a grid, are in another order",
                "Run 'pile index rebuild', which makes the index again")
            : new ShardIndex(store.LocalRoot, manifest) : null;

    /// <summary>Reads the shards.</summary>
    /// <returns>One tile per shard, in the order of the index.</returns>
    /// <exception cref="ShardCorruptException">A shard is missing, or contradicts the manifest.</exception>
    /// <exception cref="AccessDeniedException">The system denies permission to read a shard.</exception>
    internal ImmutableArray<IndexTile> Read(ImmutableArray<DatasetFile> shards, CancellationToken cancellationToken)
    {
        TemporaryPath.CreateSystemFolderAt(Folder);
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1, TempDirectory = Folder });
        using DuckDbConnection connection = database.Connect();
        ShardTile? tile = null;
        ImmutableArray<IndexTile>.Builder tiles = ImmutableArray.CreateBuilder<IndexTile>();
        long position = 0;
        foreach (DatasetFile shard in shards)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string path = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{shard.Source}.parquet"));
            try
            {
                using Hdf5File file = Hdf5File.Open(Path.Combine(root, shard.Path));
                tile ??= new ShardTile(manifest, file);
                tile.Write(connection, file, shard, path, cancellationToken);
            }
            catch (Hdf5Exception e) when (e.InnerException is UnauthorizedAccessException)
            {
                throw AccessDeniedException.OfFile(e.FilePath, e);
            }
            catch (Hdf5Exception e)
            {
                throw new ShardCorruptException(e.FilePath, e.Item ?? "(the file)", -1, e.Finding, e);
            }
            catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
            {
                throw new ShardCorruptException(Path.Combine(root, shard.Path), "(the file)", -1, $"cannot be read: {e.Message}", e);
            }
            tiles.Add(new IndexTile(Listed(path, shard.Rows), PixelOf(shard), position));
            position += shard.Rows;
        }
        if (shards.IsEmpty)
        {
            string path = Path.Combine(Folder, "none.parquet");
            new ShardTile(manifest, null).WriteSchema(connection, path, cancellationToken);
            tiles.Add(new IndexTile(Listed(path, 0), key.HasPositions ? new HealpixPixel(0, 0) : null, 0));
        }
        return tiles.ToImmutable();
    }

    public void Dispose() => TemporaryPath.Delete(Folder);

    private static DatasetFile Listed(string path, long rows)
    {
        using FileStream bytes = File.OpenRead(path);
        return new DatasetFile(path, DatasetFileKind.Index, -1, rows, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private HealpixPixel? PixelOf(DatasetFile shard)
    {
        string folder = shard.Path.Split('/')[^2];
        return key.TryCell(folder, out long cell)
            ? manifest.Partition.Order is { } order ? new HealpixPixel(order, cell) : null
            : throw new DatasetInvalidException(root,
                $"'{shard.Path}' is not the path of a shard, such as {manifest.Subset}/{key.FolderOf(0)}/001-of-001.hdf5",
                "Run 'pile validate' for all findings");
    }
}
