using System.Text;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>Cuts sorted rows into shards: at every new cell, and when the next row would exceed the target size.</summary>
/// <param name="key">The key by which rows are sorted, and its cells; null for rows that become no shards, whatever their cells.</param>
/// <param name="tileColumn">The column of the rows with the tile that is their cell; null if cells follow from the key.</param>
/// <param name="targetBytes">The size of a shard in raw bytes; a larger row becomes a separate shard.</param>
/// <param name="lightRowBytes">Bytes of a row's light columns.</param>
/// <param name="hasHeavy">True if rows differ in size.</param>
/// <param name="empty">Returns empty rows to fill.</param>
internal sealed class ShardCutter(IndexKey? key, int? tileColumn, long targetBytes, long lightRowBytes, bool hasHeavy,
    Func<ShardRows> empty)
{
    private ShardRows? current;
    private byte[] tile = [];
    private long cell = -1;

    /// <summary>Returns the shards of rows.</summary>
    /// <param name="chunks">The rows, each chunk valid until the next one.</param>
    internal IEnumerable<ShardRows> Cut(IEnumerable<DuckDbChunk> chunks)
    {
        foreach (DuckDbChunk chunk in chunks)
            for (int start = 0, end; start < chunk.RowCount;)
            {
                end = EndOfCell(chunk, start);
                if (current is not null && current.Cell != cell)
                    yield return Close(isLastOfCell: true);
                for (int number = current?.Number ?? 1; start < end;)
                {
                    if (current is null)
                        (current = empty()).Begin(cell, FolderOfCell(), number);
                    int count = Fitting(chunk, start, end, out long bytes);
                    if (count == 0)
                    {
                        number = current.Number + 1;
                        yield return Close(isLastOfCell: false);
                        continue;
                    }
                    current.Append(chunk, start, count);
                    current.LightBytes += count * lightRowBytes;
                    current.TotalBytes += bytes;
                    start += count;
                }
            }
        if (current is not null)
            yield return Close(isLastOfCell: true);
    }

    /// <summary>Returns the end of the rows that are in the same cell as one, which becomes the cell of the next shard.</summary>
    private int EndOfCell(DuckDbChunk chunk, int start)
    {
        if (key is null)
            return chunk.RowCount;
        int end = start + 1;
        if (tileColumn is { } column)
        {
            DuckDbVector tiles = chunk[column];
            ReadOnlySpan<byte> name = tiles.Utf8(start);
            while (end < chunk.RowCount && tiles.Utf8(end).SequenceEqual(name))
                end++;
            if (cell < 0 || !name.SequenceEqual(tile))
                (tile, cell) = (name.ToArray(), cell + 1);
            return end;
        }
        ReadOnlySpan<long> keys = chunk.Values<long>(0);
        cell = key.CellOf(keys[start]);
        while (end < keys.Length && key.CellOf(keys[end]) == cell)
            end++;
        return end;
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

    private string FolderOfCell() => key is null ? ""
        : tileColumn is null ? key.FolderOf(cell) : key.FolderOf(Encoding.UTF8.GetString(tile));

    private ShardRows Close(bool isLastOfCell)
    {
        ShardRows closed = current!;
        closed.IsLastOfCell = isLastOfCell;
        current = null;
        return closed;
    }
}
