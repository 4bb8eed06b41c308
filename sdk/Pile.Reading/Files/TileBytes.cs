using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Pile.Codecs;
using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Checks tiles before they are believed: what is read of them by the CRC-32C of the blocks that it lies in; where the list of files has none, whole, by their SHA-256.</summary>
/// <remarks>Of a tile of 30 MB and three of its ten columns a good third is read for it, and CRC-32C takes a small part of the time that SHA-256 takes for all of it.</remarks>
internal sealed class TileBytes
{
    private const int TailBytes = 8;

    private readonly Dataset dataset;
    private readonly QueryPlan plan;
    private readonly FrozenDictionary<string, uint[]> blocks;

    private TileBytes(Dataset dataset, QueryPlan plan, FrozenDictionary<string, uint[]> blocks) => (this.dataset, this.plan, this.blocks) = (dataset, plan, blocks);

    /// <summary>Makes ready to check the tiles of a plan.</summary>
    /// <exception cref="DatasetInvalidException">The list of files cannot be read.</exception>
    internal static async Task<TileBytes> OfAsync(Dataset dataset, QueryPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            using LocalCopy copy = await dataset.Store.LocalPathAsync(DatasetPaths.Files, new KnownFile(null, dataset.Manifest.FilesSha256), cancellationToken).ConfigureAwait(false);
            return new TileBytes(dataset, plan, Blocks(dataset, copy.Path, cancellationToken));
        }
        catch (Exception e) when (e is DuckDbException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw (Exception?)TooLittleMemory.Of(e, dataset.Address) ?? new DatasetInvalidException(dataset.Address, $"'{DatasetPaths.Files}' cannot be read: {e.Message.Split('\n')[0]}", "Run 'pile validate' for all findings, then get the dataset again", e);
        }
    }

    /// <summary>The CRC-32C of each block of a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static uint[] Compute(string path, CancellationToken cancellationToken)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        uint[] found = new uint[FileBlocks.CountOf(RandomAccess.GetLength(file))];
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FileBlocks.Bytes);
        for (int block = 0; block < found.Length; block++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            found[block] = Crc32C.Compute(buffer.AsSpan(0, Read(file, (long)block * FileBlocks.Bytes, buffer.AsSpan(0, FileBlocks.Bytes))));
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return found;
    }

    /// <summary>Checks one tile.</summary>
    /// <exception cref="DatasetInvalidException">It is missing, or its bytes are not those that were written.</exception>
    internal async Task VerifyAsync(IndexTile tile, CancellationToken cancellationToken)
    {
        try
        {
            using LocalCopy copy = await dataset.Store.LocalPathAsync(tile.File.Path, new KnownFile(tile.File.Bytes, tile.File.Sha256), cancellationToken).ConfigureAwait(false);
            if (blocks.TryGetValue(tile.File.Path, out uint[]? expected))
                VerifyBlocks(tile, copy.Path, expected, cancellationToken);
            else
                await VerifyWholeAsync(tile, copy.Path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DuckDbException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw (Exception?)TooLittleMemory.Of(e, dataset.Address) ?? new DatasetInvalidException(dataset.Address, $"the tile '{tile.File.Path}' cannot be read: {e.Message.Split('\n')[0]}", "Get it again, or run 'pile index rebuild'; 'pile validate' tells all findings", e);
        }
    }

    private async Task VerifyWholeAsync(IndexTile tile, string path, CancellationToken cancellationToken)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        string sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
        if (sha256 != tile.File.Sha256)
            throw Changed(tile, $"has SHA-256 {sha256}, '{DatasetPaths.Files}' says {tile.File.Sha256}");
    }

    private void VerifyBlocks(IndexTile tile, string path, uint[] expected, CancellationToken cancellationToken)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        long length = RandomAccess.GetLength(file);
        if (length != tile.File.Bytes || expected.Length != FileBlocks.CountOf(length) || length < TailBytes)
            throw Changed(tile, $"has {length} bytes, '{DatasetPaths.Files}' says {tile.File.Bytes} and the CRC-32C of {expected.Length} blocks");

        byte[] buffer = ArrayPool<byte>.Shared.Rent(FileBlocks.Bytes);
        try
        {
            // The footer says where columns lie: it must be right before it is asked.
            Span<byte> tail = stackalloc byte[TailBytes];
            Read(file, length - TailBytes, tail);
            long footer = Math.Max(0, length - TailBytes - BinaryPrimitives.ReadUInt32LittleEndian(tail));
            int ofFooter = (int)(footer / FileBlocks.Bytes);
            VerifyRange(ofFooter, expected.Length);
            bool[] isUnread = UnreadBlocks(path, footer, cancellationToken);
            for (int block = 0; block < ofFooter; block++)
                if (!isUnread[block])
                    VerifyRange(block, block + 1);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        void VerifyRange(int first, int end)
        {
            for (int block = first; block < end; block++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long from = (long)block * FileBlocks.Bytes;
                uint found = Crc32C.Compute(buffer.AsSpan(0, Read(file, from, buffer.AsSpan(0, FileBlocks.Bytes))));
                if (found != expected[block])
                    throw Changed(tile, $"has CRC-32C {found:x8} from byte {from} to {Math.Min(from + FileBlocks.Bytes, length)}, '{DatasetPaths.Files}' says {expected[block]:x8}");
            }
        }
    }

    /// <summary>The blocks before the footer that hold nothing but columns that nobody reads.</summary>
    private bool[] UnreadBlocks(string path, long footer, CancellationToken cancellationToken)
    {
        bool[] isUnread = new bool[FileBlocks.CountOf(footer)];
        List<(long Start, long End)> read = [], unread = [];
        using (DuckDbConnection connection = dataset.Database.Connect())
        using (DuckDbResult result = connection.Query("SELECT path_in_schema, least(data_page_offset, CASE WHEN dictionary_page_offset > 0 THEN dictionary_page_offset ELSE data_page_offset END)::BIGINT, "
            + $"total_compressed_size::BIGINT FROM parquet_metadata({DuckDbSql.Literal(path)})", cancellationToken: cancellationToken))
            foreach (DuckDbChunk chunk in result.Chunks())
                for (int row = 0; row < chunk.RowCount; row++)
                {
                    (long first, long bytes) = (chunk.Values<long>(1)[row], chunk.Values<long>(2)[row]);
                    if (first < 0 || bytes < 0 || bytes > footer - first)
                        throw new InvalidDataException($"a column chunk of {bytes} bytes at {first} does not lie before the footer, at {footer}");
                    (plan.Reads(chunk[0].Text(row)!) ? read : unread).Add((first, first + bytes));
                }
        unread.Sort();
        (long start, long end) = (0, 0);
        foreach ((long Start, long End) range in unread.Append((footer, footer)))
        {
            if (range.Start == end)
            {
                end = range.End;
                continue;
            }
            // Only what lies within as a whole can be left out.
            for (long block = FileBlocks.CountOf(start); (block + 1) * FileBlocks.Bytes <= end; block++)
                isUnread[block] = true;
            (start, end) = range;
        }
        foreach ((long Start, long End) range in read)
            for (long block = range.Start / FileBlocks.Bytes; block < FileBlocks.CountOf(range.End); block++)
                isUnread[block] = false;
        return isUnread;
    }

    private static FrozenDictionary<string, uint[]> Blocks(Dataset dataset, string filesPath, CancellationToken cancellationToken)
    {
        Dictionary<string, uint[]> found = new(StringComparer.Ordinal);
        using DuckDbConnection connection = dataset.Database.Connect();
        string list = DuckDbSql.Literal(filesPath);
        if (connection.Scalar<long>($"SELECT count(*) FROM parquet_schema({list}) WHERE name = '{FileBlocks.Column}'", cancellationToken: cancellationToken) == 0)
            return FrozenDictionary<string, uint[]>.Empty; // an older dataset
        using DuckDbResult result = connection.Query($"SELECT path::VARCHAR, {FileBlocks.Column}::UINTEGER[] FROM read_parquet({list}, hive_partitioning = false) WHERE kind = 'index' AND {FileBlocks.Column} IS NOT NULL", cancellationToken: cancellationToken);
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
                found[chunk[0].Text(row) ?? ""] = chunk.Values<DuckDbListEntry>(1)[row].Of(chunk[1].Child.Values<uint>()).ToArray();
        return found.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static int Read(SafeFileHandle file, long offset, Span<byte> destination)
    {
        int read = 0;
        for (int more; read < destination.Length && (more = RandomAccess.Read(file, destination[read..], offset + read)) > 0;)
            read += more;
        return read;
    }

    private DatasetInvalidException Changed(IndexTile tile, string finding) => new(dataset.Address, $"the tile '{tile.File.Path}' {finding}", "It was changed or cut: get it again, or run 'pile index rebuild'");
}
