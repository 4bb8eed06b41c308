using System.Collections.Immutable;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Pile.Format;
using Pile.Parquet;
using Pile.Sky;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Lists the tiles of a HATS catalogue with their rows.</summary>
/// <remarks>Tiles are listed by <c>partition_info.csv</c>, otherwise by <c>_metadata</c>. Their rows are those of the list if it has them,
/// otherwise of <c>_metadata</c>, otherwise of the footer of each tile. A tile may be a folder of files.</remarks>
internal sealed class HatsTiles(IFileStore store, HatsFolder catalogue)
{
    /// <summary>The schema of the tiles, below the catalogue.</summary>
    internal const string CommonMetadata = "dataset/_common_metadata";

    /// <summary>The footers of all tiles, below the catalogue.</summary>
    internal const string Metadata = "dataset/_metadata";

    // A larger file would take longer to fetch than the footers of the tiles.
    private const long LargestMetadataBytes = 256L << 20;

    private readonly string suffix = catalogue.Properties["hats_npix_suffix"] ?? ".parquet";

    private sealed record Part(string Path, HealpixPixel Pixel, long? Rows);

    /// <summary>Returns the tiles in NESTED order.</summary>
    /// <param name="expectedRows">The number of rows that the properties state; null if they state none.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="DatasetInvalidException">The list is missing or not valid, or contradicts the number of rows.</exception>
    internal async Task<ImmutableArray<IndexTile>> ReadAsync(long? expectedRows, CancellationToken cancellationToken)
    {
        List<Part> parts = await PartsAsync(cancellationToken).ConfigureAwait(false);
        parts.Sort(static (a, b) => a.Pixel.RangeAtOrder29.Start.CompareTo(b.Pixel.RangeAtOrder29.Start) is not 0 and var order
            ? order : string.CompareOrdinal(a.Path, b.Path));
        for (int i = 1; i < parts.Count; i++)
            if (parts[i].Pixel != parts[i - 1].Pixel && parts[i].Pixel.RangeAtOrder29.Start < parts[i - 1].Pixel.RangeAtOrder29.End)
                throw HatsFolder.Invalid(store, $"the tiles '{parts[i - 1].Path}' and '{parts[i].Path}' overlap");
        long?[] rows = [.. parts.Select(p => p.Rows)];
        if (Array.Exists(rows, r => r is null))
            await CountAsync(parts, rows, cancellationToken).ConfigureAwait(false);
        var tiles = ImmutableArray.CreateBuilder<IndexTile>(parts.Count);
        long position = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            long bytes = store.Traits.IsLocal && new FileInfo(Path.Combine(store.LocalRoot, parts[i].Path)) is { Exists: true } file
                ? file.Length : 0;
            tiles.Add(new IndexTile(new DatasetFile(parts[i].Path, DatasetFileKind.Index, -1, rows[i]!.Value, bytes, ""), parts[i].Pixel,
                position));
            position += rows[i]!.Value;
        }
        return expectedRows is { } expected && expected != position
            ? throw HatsFolder.Invalid(store,
                $"its tiles have {position} rows, but '{HatsProperties.FileName}' states {expected} (hats_nrows)")
            : tiles.MoveToImmutable();
    }

    /// <summary>Checks that a tile has the listed number of rows.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="found">The number of rows of its footer.</param>
    /// <exception cref="TileDamagedException">It has another number of rows.</exception>
    internal static void RequireRows(DatasetFile tile, long found)
    {
        if (found != tile.Rows)
            throw new TileDamagedException($"it has {found} rows, but the catalogue lists {tile.Rows}");
    }

    /// <summary>Reads the layout of a local file from its footer.</summary>
    /// <exception cref="TileDamagedException">The file is not a Parquet file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static ParquetLayout LayoutOf(string localPath, string path)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(localPath, FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            return ReadLayout(handle, path);
        }
        catch (PlainParquetException e)
        {
            throw new TileDamagedException(e.Finding, e);
        }
    }

    private static ParquetLayout ReadLayout(SafeFileHandle handle, string path)
    {
        long length = RandomAccess.GetLength(handle);
        if (length < ParquetLayout.TailBytes)
            throw new PlainParquetException(path, $"the file has {length} bytes, too few for Parquet");
        byte[] tail = new byte[ParquetLayout.TailBytes];
        BlockChecksums.Read(handle, length - tail.Length, tail);
        byte[] footer = new byte[ParquetLayout.FooterBytes(tail, length, path)];
        long start = length - tail.Length - footer.Length;
        BlockChecksums.Read(handle, start, footer);
        return ParquetLayout.Read(footer, start, path);
    }

    private async Task<List<Part>> PartsAsync(CancellationToken cancellationToken)
    {
        string list = catalogue.Folder + HatsPartitions.FileName;
        byte[] bytes;
        try
        {
            bytes = await store.ReadAllAsync(list, (int)HatsPartitions.LargestBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            Dictionary<string, long> rows = await RowsOfMetadataAsync(cancellationToken).ConfigureAwait(false)
                ?? throw HatsFolder.Invalid(store, $"it has neither '{list}' nor '{catalogue.Folder}{Metadata}', which list its tiles", e);
            return [.. rows.Select(r => new Part(r.Key, PixelOf(r.Key), r.Value))];
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw HatsFolder.Invalid(store, $"'{list}' cannot be read: {e.Message.TrimEnd('.')}", e);
        }
        List<(HealpixPixel Pixel, long? Rows)> pixels = HatsPartitions.ReadWithRows(
            Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries),
            (message, row) => throw HatsFolder.Invalid(store, $"'{list}'{(row is { } number ? $", row {number}" : "")}: {message}"));
        if (!suffix.EndsWith('/'))
            return [.. pixels.Select(p => new Part(catalogue.Folder + HatsTilePath.Of(p.Pixel, suffix), p.Pixel, p.Rows))];
        List<Part> parts = [];
        foreach ((HealpixPixel pixel, _) in pixels)
        {
            string folder = catalogue.Folder + HatsTilePath.Of(pixel, suffix) + "/";
            int before = parts.Count;
            await foreach (StoredFile file in store.ListAsync(folder, cancellationToken).ConfigureAwait(false))
                if (file.Path.EndsWith(".parquet", StringComparison.Ordinal))
                    parts.Add(new Part(file.Path, pixel, null));
            if (parts.Count == before)
                throw HatsFolder.Invalid(store, $"the tile '{folder}' is missing, but '{list}' lists it");
        }
        return parts;
    }

    private async Task CountAsync(List<Part> parts, long?[] rows, CancellationToken cancellationToken)
    {
        if (await RowsOfMetadataAsync(cancellationToken).ConfigureAwait(false) is { } listed && parts.TrueForAll(p =>
            listed.ContainsKey(p.Path)))
        {
            for (int i = 0; i < rows.Length; i++)
                rows[i] ??= listed[parts[i].Path];
            return;
        }
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = store.Traits.IsLocal ? Environment.ProcessorCount : store.Traits.ParallelRequests,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(0, rows.Length, parallel, async (i, token) => rows[i] ??= await CountAsync(parts[i].Path, token)
            .ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task<long> CountAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using IRandomAccessFile file = await store.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            if (file.LengthBytes < ParquetLayout.TailBytes)
                throw new PlainParquetException(path, $"the file has {file.LengthBytes} bytes, too few for Parquet");
            byte[] tail = new byte[ParquetLayout.TailBytes];
            await file.ReadAsync(file.LengthBytes - tail.Length, tail, cancellationToken).ConfigureAwait(false);
            byte[] footer = new byte[ParquetLayout.FooterBytes(tail, file.LengthBytes, path)];
            long start = file.LengthBytes - tail.Length - footer.Length;
            await file.ReadAsync(start, footer, cancellationToken).ConfigureAwait(false);
            return ParquetLayout.Read(footer, start, path).RowCount;
        }
        catch (StoreException e) when (e.Fault == StoreFault.NoRanges)
        {
            return await CountOfCopyAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw HatsFolder.Invalid(store, $"the tile '{path}' is missing, but '{HatsPartitions.FileName}' lists it", e);
        }
        catch (Exception e) when (e is PlainParquetException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw HatsFolder.Invalid(store, $"the tile '{path}' cannot be read: {e.Message.TrimEnd('.')}", e);
        }
    }

    // Statements fetch such a tile as a whole, too, and find it in the cache.
    private async Task<long> CountOfCopyAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using LocalCopy copy = await store.LocalPathAsync(path, default, cancellationToken).ConfigureAwait(false);
            return LayoutOf(copy.Path, path).RowCount;
        }
        catch (Exception e) when (e is TileDamagedException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw HatsFolder.Invalid(store, $"the tile '{path}' cannot be read: {e.Message.TrimEnd('.')}", e);
        }
    }

    // The rows of each tile by its path in the store; null if the file is missing, or too large to be worth it.
    private async Task<Dictionary<string, long>?> RowsOfMetadataAsync(CancellationToken cancellationToken)
    {
        string path = catalogue.Folder + Metadata;
        try
        {
            if (await store.FindAsync(path, cancellationToken).ConfigureAwait(false) is not { Bytes: > 0 and <= LargestMetadataBytes })
                return null;
            using LocalCopy copy = await store.LocalPathAsync(path, default, cancellationToken).ConfigureAwait(false);
            using SafeFileHandle handle = File.OpenHandle(copy.Path, FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            Dictionary<string, long> rows = new(StringComparer.Ordinal);
            foreach (ParquetRowGroup group in ReadLayout(handle, path).Groups)
            {
                if (group.Chunks is not [{ File: { } file }, ..])
                    return null;
                string tile = $"{catalogue.Folder}dataset/{file}";
                _ = DatasetPaths.Resolve(store.Address, tile);
                rows[tile] = rows.GetValueOrDefault(tile) + group.RowCount;
            }
            return rows.Count == 0 ? null : rows;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or StoreException { Fault: StoreFault.Denied })
        {
            return null; // the tiles have the numbers, too, and some servers deny what is missing
        }
        catch (Exception e) when (e is PlainParquetException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw HatsFolder.Invalid(store, $"'{path}' cannot be read: {e.Message.TrimEnd('.')}", e);
        }
    }

    private HealpixPixel PixelOf(string path)
    {
        string tile = path[catalogue.Folder.Length..];
        if (tile.LastIndexOf('/') is var slash && suffix.EndsWith('/') && slash > 0)
            tile = tile[..slash] + ".parquet";
        return HatsTilePath.TryParse("", tile, out HealpixPixel pixel) ? pixel
            : throw HatsFolder.Invalid(store, $"'{catalogue.Folder}{Metadata}' lists '{path}', which is not the path of a tile");
    }
}
