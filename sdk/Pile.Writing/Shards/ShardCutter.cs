using System.Text;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>Cuts the sorted stream of rows into shards: at every new cell, and when the next row would exceed the target size.</summary>
/// <param name="key">The key by which rows are sorted, and its cells.</param>
/// <param name="targetBytes">The size of a shard in raw bytes; a larger row becomes a separate shard.</param>
/// <param name="lightRowBytes">Bytes of a row's light columns.</param>
/// <param name="tileColumn">The column of the stream with the tile that is the cell of a row; null if the cell follows from the
/// key.</param>
/// <param name="hasHeavy">True if rows differ in size.</param>
/// <param name="empty">Returns empty rows to fill.</param>
/// <param name="full">Receives a full shard.</param>
internal sealed class ShardCutter(IndexKey key, int? tileColumn, long targetBytes, long lightRowBytes, bool hasHeavy, Func<ShardRows> empty,
    Action<ShardRows> full)
{
    private ShardRows? current;
    private byte[] tile = [];
    private long tileNumber = -1;

    /// <summary>Appends the next rows.</summary>
    internal void Append(DuckDbChunk chunk)
    {
        if (tileColumn is { } column)
        {
            AppendTiles(chunk, chunk[column]);
            return;
        }
        ReadOnlySpan<long> keys = chunk.Values<long>(0);
        for (int start = 0, end; start < keys.Length; start = end)
        {
            long cell = key.CellOf(keys[start]);
            end = start + 1;
            while (end < keys.Length && key.CellOf(keys[end]) == cell)
                end++;
            AppendRun(chunk, cell, start, end);
        }
    }

    private void AppendTiles(DuckDbChunk chunk, DuckDbVector tiles)
    {
        for (int start = 0, end; start < chunk.RowCount; start = end)
        {
            ReadOnlySpan<byte> name = tiles.Utf8(start);
            end = start + 1;
            while (end < chunk.RowCount && tiles.Utf8(end).SequenceEqual(name))
                end++;
            if (tileNumber < 0 || !name.SequenceEqual(tile))
                (tile, tileNumber) = (name.ToArray(), tileNumber + 1);
            AppendRun(chunk, tileNumber, start, end);
        }
    }

    /// <summary>Completes the last shard.</summary>
    internal void Complete() => Close(isLastOfCell: true);

    private void AppendRun(DuckDbChunk chunk, long cell, int start, int end)
    {
        if (current is not null && current.Cell != cell)
            Close(isLastOfCell: true);
        int number = current?.Number ?? 1;
        while (start < end)
        {
            if (current is null)
                (current = empty()).Begin(cell, FolderOf(cell), number);
            int count = Fitting(chunk, start, end, out long bytes);
            if (count == 0)
            {
                number = current.Number + 1;
                Close(isLastOfCell: false);
                continue;
            }
            current.Append(chunk, start, count);
            current.LightBytes += count * lightRowBytes;
            current.TotalBytes += bytes;
            start += count;
        }
    }

    /// <summary>Returns how many of the rows fit in the current shard; at least one if it is empty.</summary>
    private int Fitting(DuckDbChunk chunk, int start, int end, out long bytes)
    {
        long freeBytes = targetBytes - current!.TotalBytes;
        if (!hasHeavy)
        {
            int count = (int)Math.Min(end - start, Math.Max(freeBytes / lightRowBytes, 0));
            count = count == 0 && current.RowCount == 0 ? 1 : count;
            bytes = count * lightRowBytes;
            return count;
        }
        bytes = 0;
        for (int row = start; row < end; row++)
        {
            long more = lightRowBytes + current.HeavyBytesIn(chunk, row);
            if (bytes + more > freeBytes && (row > start || current.RowCount > 0))
                return row - start;
            bytes += more;
        }
        return end - start;
    }

    private string FolderOf(long cell) => tileColumn is null ? key.HasTiles ? "" : key.FolderOf(cell)
        : key.FolderOf(Encoding.UTF8.GetString(tile));

    private void Close(bool isLastOfCell)
    {
        if (current is null)
            return;
        current.IsLastOfCell = isLastOfCell;
        ShardRows closed = current;
        current = null;
        full(closed);
    }
}
