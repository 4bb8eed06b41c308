using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>The contents of <c>files.parquet</c>: every file of a dataset, checked against the manifest.</summary>
internal sealed class FileList
{
    private readonly Dictionary<string, IndexTile> tilesByPath;

    private readonly Dictionary<string, uint[]> checksums;

    private FileList(ImmutableArray<DatasetFile> files, ImmutableArray<DatasetFile> shards, ImmutableArray<IndexTile> tiles,
        Dictionary<string, uint[]> checksums)
    {
        (Files, Shards, Tiles, this.checksums) = (files, shards, tiles, checksums);
        tilesByPath = tiles.ToDictionary(t => t.File.Path, StringComparer.Ordinal);
    }

    /// <summary>All files, in the list's order.</summary>
    public ImmutableArray<DatasetFile> Files { get; }

    /// <summary>How the rows were read from their source, for later versions of the dataset; null if the list does not say.</summary>
    internal string? SourceRecord { get; private init; }

    /// <summary>The shards, by shard number.</summary>
    public ImmutableArray<DatasetFile> Shards { get; }

    /// <summary>The tiles of the index, in NESTED order.</summary>
    public ImmutableArray<IndexTile> Tiles { get; }

    /// <summary>Returns the list of a catalogue that has only tiles.</summary>
    internal static FileList OfTiles(ImmutableArray<IndexTile> tiles) =>
        new([.. tiles.Select(t => t.File)], [], tiles, []);

    /// <summary>Returns the same list with other tiles, which replace a missing index.</summary>
    internal FileList WithTiles(ImmutableArray<IndexTile> tiles) => new(Files, Shards, tiles, []);

    /// <summary>Returns the tile at a path; null if the index has no such tile.</summary>
    internal IndexTile? TileAt(string path) => tilesByPath.GetValueOrDefault(path);

    /// <summary>The CRC-32C of the blocks of a tile; null in an older dataset.</summary>
    internal uint[]? ChecksumsOf(IndexTile tile) => checksums.GetValueOrDefault(tile.File.Path);

    /// <summary>Loads the list of a dataset.</summary>
    /// <param name="store">The files of the dataset.</param>
    /// <param name="manifest">Its manifest, with the SHA-256 of the list.</param>
    /// <param name="connect">Connects to DuckDB, which reads lists that other programs have written.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async Task<FileList> LoadAsync(IFileStore store, Manifest manifest, Func<DuckDbConnection> connect,
        CancellationToken cancellationToken)
    {
        try
        {
            using LocalCopy copy = await store.LocalPathAsync(DatasetPaths.Files, new KnownFile(null, manifest.FilesSha256),
                cancellationToken).ConfigureAwait(false);
            byte[] list = ReadAll(copy.Path);
            if (Convert.ToHexStringLower(SHA256.HashData(list)) is var sha256 && sha256 != manifest.FilesSha256)
                throw Invalid(store, $"'{DatasetPaths.Files}' has SHA-256 {sha256}, but the manifest lists {manifest.FilesSha256}");
            return Of(store, manifest, FileRows.TryRead(list, copy.Path) ?? Query(store, connect, copy.Path, cancellationToken));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw Invalid(store, $"'{DatasetPaths.Files}' cannot be read: {e.Message}", e);
        }
    }

    private static byte[] ReadAll(string path)
    {
        using LocalFile file = new(path);
        byte[] bytes = file.LengthBytes <= Array.MaxLength ? new byte[file.LengthBytes]
            : throw new InvalidDataException($"it has {file.LengthBytes} bytes; at most {Array.MaxLength} are supported");
        file.Read(0, bytes);
        return bytes;
    }

    private static FileRows Query(IFileStore store, Func<DuckDbConnection> connect, string localPath, CancellationToken cancellationToken)
    {
        using DuckDbConnection connection = connect();
        try
        {
            return FileRows.Query(connection, localPath, cancellationToken);
        }
        catch (DuckDbException e)
        {
            throw (Exception?)TooLittleMemory.Of(e, store.Address)
                ?? Invalid(store, $"'{DatasetPaths.Files}' is not a valid list of files: {e.Error.TrimEnd()}", e);
        }
    }

    private static FileList Of(IFileStore store, Manifest manifest, FileRows rows)
    {
        List<DatasetFile> files = [];
        Dictionary<string, uint[]> blocks = new(StringComparer.Ordinal);
        for (int row = 0; row < rows.Paths.Length; row++)
        {
            string path = rows.Paths[row] ?? throw Invalid(store, $"'{DatasetPaths.Files}', row {row}: the path is missing");
            DatasetFileKind kind = rows.Kinds[row] switch
            {
                "shard" => DatasetFileKind.Shard,
                "index" => DatasetFileKind.Index,
                "margin" => DatasetFileKind.Margin,
                "meta" => DatasetFileKind.Meta,
                "source" => DatasetFileKind.Source,
                string other => throw Invalid(store, $"'{DatasetPaths.Files}': '{path}' is of the unknown kind '{other}'"),
                null => throw Invalid(store, $"'{DatasetPaths.Files}': the kind of '{path}' is missing"),
            };
            if (kind != DatasetFileKind.Source)
                _ = DatasetPaths.Resolve(store.Address, path);
            if (rows.Sources[row] is not (null or (>= 0 and <= int.MaxValue)))
                throw Invalid(store, $"'{DatasetPaths.Files}': '{path}' has the shard number {rows.Sources[row]}");
            files.Add(new DatasetFile(path, kind, (int)(rows.Sources[row] ?? -1), rows.Rows[row] ?? -1,
                rows.Bytes[row] ?? throw Invalid(store, $"'{DatasetPaths.Files}': the size of '{path}' is missing"),
                rows.Sha256[row] ?? ""));
            if (kind == DatasetFileKind.Index && rows.Blocks[row] is { } ofTile)
                blocks[path] = ofTile;
        }
        if (manifest.Crc32C is null && files.Exists(f => f.Kind == DatasetFileKind.Meta && f.Path == DatasetPaths.Readme))
            throw new DatasetInvalidException(store.Address,
                $"the last line of '{DatasetPaths.Manifest}' has no 'crc32c', which is required because '{DatasetPaths.Files}' lists "
                    + $"'{DatasetPaths.Readme}'",
                "The manifest is damaged or was edited: get it again from its source");
        return new FileList([.. files], ReadShards(store, files), ReadTiles(store, manifest, files), blocks)
        { SourceRecord = rows.SourceRecord };
    }

    private static ImmutableArray<DatasetFile> ReadShards(IFileStore store, List<DatasetFile> files)
    {
        ImmutableArray<DatasetFile> shards = [.. files.Where(f => f.Kind == DatasetFileKind.Shard)];
        for (int source = 0; source < shards.Length; source++)
            if (shards[source].Source != source)
                throw Invalid(store, $"'{DatasetPaths.Files}': '{shards[source].Path}' is shard {source} in order but has the number "
                    + $"{shards[source].Source}");
        return shards;
    }

    private static ImmutableArray<IndexTile> ReadTiles(IFileStore store, Manifest manifest, List<DatasetFile> files)
    {
        if (!manifest.Partition.Key.HasPositions)
            return ReadHashTiles(store, manifest, [.. files.Where(f => f.Kind == DatasetFileKind.Index)]);
        ImmutableArray<IndexTile>.Builder tiles = ImmutableArray.CreateBuilder<IndexTile>();
        long position = 0, end = 0;
        foreach (DatasetFile file in files.Where(f => f.Kind == DatasetFileKind.Index))
        {
            if (!TryPixel(manifest.Subset, file.Path, out HealpixPixel pixel))
                throw Invalid(store,
                    $"'{DatasetPaths.Files}': '{file.Path}' is not the path of a tile, such as "
                        + $"{DatasetPaths.IndexTile(manifest.Subset, 3, 17)}");
            if (file.Rows < 0 || pixel.RangeAtOrder29.Start < end)
                throw Invalid(store, $"'{DatasetPaths.Files}': the tile '{file.Path}' has no number of rows, overlaps the tile before "
                    + "it, or is out of order");
            tiles.Add(new IndexTile(file, pixel, position));
            (position, end) = (position + file.Rows, pixel.RangeAtOrder29.End);
        }
        return position == manifest.Rows
            ? tiles.ToImmutable()
            : throw Invalid(store, $"the tiles of the index have {position} rows, but the manifest lists {manifest.Rows}");
    }

    private static ImmutableArray<IndexTile> ReadHashTiles(IFileStore store, Manifest manifest, DatasetFile[] files)
    {
        ImmutableArray<IndexTile>.Builder tiles = ImmutableArray.CreateBuilder<IndexTile>(files.Length);
        long position = 0;
        foreach (DatasetFile file in files)
        {
            string expected = DatasetPaths.HashTile(manifest.Subset, tiles.Count + 1, files.Length);
            if (file.Path != expected || file.Rows < 0)
                throw Invalid(store, $"'{DatasetPaths.Files}': expected the tile '{expected}' with its number of rows, found '{file.Path}' "
                    + $"with {file.Rows}");
            tiles.Add(new IndexTile(file, null, position));
            position += file.Rows;
        }
        return position == manifest.Rows ? tiles.MoveToImmutable()
            : throw Invalid(store, $"the tiles of the index have {position} rows, but the manifest lists {manifest.Rows}");
    }

    private static bool TryPixel(string subset, string path, out HealpixPixel pixel)
    {
        pixel = default;
        string[] parts = path.Split('/');
        if (parts is not [.., string norder, _, string npix] || !Number(norder, "Norder=", "", out long order)
            || !Number(npix, "Npix=", ".parquet", out long number)
            || order > Healpix.MaxOrder || number >= Healpix.PixelCount((int)order)
            || path != DatasetPaths.IndexTile(subset, (int)order, number))
            return false;
        pixel = new HealpixPixel((int)order, number);
        return true;

        static bool Number(string text, string before, string after, out long number)
        {
            number = 0;
            return text.StartsWith(before, StringComparison.Ordinal) && text.EndsWith(after, StringComparison.Ordinal)
                && long.TryParse(text.AsSpan(before.Length, text.Length - before.Length - after.Length), NumberStyles.None,
                    CultureInfo.InvariantCulture, out number);
        }
    }

    private static DatasetInvalidException Invalid(IFileStore store, string finding, Exception? inner = null) =>
        new(store.Address, finding, "Run 'pile validate' for all findings, then get the dataset again", inner);
}
