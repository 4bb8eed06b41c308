using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Parquet;

namespace Pile.Reading;

/// <summary>Fetches the column chunks of remote tiles that one statement reads, and restricts the statement to their row groups.</summary>
internal sealed class TileFetch
{
    private readonly LocalCopies copies;
    private readonly ImmutableArray<IndexTile> tiles;
    private readonly bool[]?[] isRead; // of each tile and row group; null for a full copy
    private bool canRestrict;

    /// <param name="copies">The tiles.</param>
    /// <param name="select">The statement.</param>
    internal TileFetch(LocalCopies copies, IndexSelect select)
    {
        (this.copies, tiles) = (copies, select.OpenedTiles);
        canRestrict = select.CanAddPosition && tiles.Length <= RowRanges.MaxTiles;
        isRead = new bool[]?[tiles.Length];
        long rowsBefore = 0, rowsWanted = canRestrict && select.IsFirstRows ? select.Limit!.Value : long.MaxValue;
        for (int i = 0; i < tiles.Length; i++)
        {
            if (copies.SparseOf(tiles[i]) is { } tile)
                isRead[i] = [.. tile.Layout.Groups.Select(g =>
                    !select.Tiles.IsEmpty && rowsBefore + g.FirstRow < rowsWanted && select.MayRead(tiles[i], g, exactly: canRestrict))];
            rowsBefore += tiles[i].File.Rows;
        }
    }

    /// <summary>The number of row groups that may hold rows of the result.</summary>
    internal int GroupCount => isRead.Sum(groups => groups?.Count(r => r) ?? 0);

    /// <summary>The rows to which the statement must be restricted; null for all rows.</summary>
    internal RowRanges? Restriction =>
        !canRestrict || Array.TrueForAll(isRead, groups => groups is null || Array.TrueForAll(groups, r => r))
            ? null
            : new RowRanges(tiles.Select((tile, i) => KeyValuePair.Create(tile.File.Path, (IReadOnlyList<(long, long)>?)RangesOf(i))));

    /// <summary>Returns the number of blocks of columns that no statement of this process has read.</summary>
    internal int CountMissing(TileColumns columns)
    {
        int count = 0;
        for (int i = 0; i < tiles.Length; i++)
            if (copies.SparseOf(tiles[i]) is { } tile)
                count += tile.CountMissing(PartsOf(tile, i, columns, new TileColumns()));
        return count;
    }

    /// <summary>Fetches columns of the row groups that may hold rows of the result.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="lookedUp">The columns that conditions compare, which are fetched with their Bloom filters.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="DatasetInvalidException">A tile is missing or damaged.</exception>
    internal Task FetchAsync(TileColumns columns, TileColumns lookedUp, CancellationToken cancellationToken)
    {
        Dictionary<RemoteTile, List<(long, long)>> parts = [];
        for (int i = 0; i < tiles.Length; i++)
            if (copies.SparseOf(tiles[i]) is { } tile && PartsOf(tile, i, columns, lookedUp) is { Count: > 0 } found)
                parts[tile] = found;
        return copies.FetchAsync(parts, cancellationToken);
    }

    /// <summary>Keeps only the row groups of some rows.</summary>
    /// <param name="positions">Chunks with the positions of the rows.</param>
    internal void KeepGroupsOf(IEnumerable<DuckDbChunk> positions)
    {
        var isFound = new bool[]?[tiles.Length];
        for (int i = 0; i < tiles.Length; i++)
            isFound[i] = isRead[i] is { } groups ? new bool[groups.Length] : null;
        long start = 0, end = 0;
        foreach (DuckDbChunk chunk in positions)
            foreach (long position in chunk.Values<long>(0))
                if (position < start || position >= end)
                    (start, end) = Mark(position, isFound);
        Array.Copy(isFound, isRead, isRead.Length);
        canRestrict = true;
        if (isRead.Count(groups => groups?.Contains(true) != false) > RowRanges.MaxTiles)
            foreach (bool[]? groups in isRead)
                if (groups?.Contains(true) == true)
                    Array.Fill(groups, true);
    }

    private (long Start, long End) Mark(long position, bool[]?[] isFound)
    {
        int i = tiles.Length - 1;
        while (i > 0 && tiles[i].FirstPosition > position)
            i--;
        long first = tiles[i].FirstPosition;
        if (isFound[i] is not { } groups || copies.SparseOf(tiles[i]) is not { } tile)
            return (first, first + tiles[i].File.Rows);
        int group = 0;
        while (group < groups.Length - 1 && first + tile.Layout.Groups[group + 1].FirstRow <= position)
            group++;
        groups[group] = true;
        ParquetRowGroup found = tile.Layout.Groups[group];
        return (first + found.FirstRow, first + found.FirstRow + found.RowCount);
    }

    private List<(long First, long End)>? RangesOf(int i)
    {
        if (isRead[i] is not { } groups || copies.SparseOf(tiles[i]) is not { } tile || Array.TrueForAll(groups, r => r))
            return null;
        List<(long First, long End)> ranges = [];
        for (int group = 0; group < groups.Length; group++)
            if (groups[group])
            {
                ParquetRowGroup found = tile.Layout.Groups[group];
                if (ranges.Count > 0 && ranges[^1].End == found.FirstRow)
                    ranges[^1] = (ranges[^1].First, found.FirstRow + found.RowCount);
                else
                    ranges.Add((found.FirstRow, found.FirstRow + found.RowCount));
            }
        return ranges;
    }

    private List<(long Start, long End)> PartsOf(RemoteTile tile, int i, TileColumns columns, TileColumns lookedUp)
    {
        List<(long, long)> parts = [];
        IReadOnlyList<ParquetRowGroup> groups = tile.Layout.Groups;
        if (groups.Count == 0)
            return parts;
        // All row groups have the same columns.
        bool[] isNeeded = [.. groups[0].Chunks.Select(c => columns.Contains(c.Path[0]) || lookedUp.Contains(c.Path[0]))];
        bool[] isLookedUp = [.. groups[0].Chunks.Select(c => lookedUp.Contains(c.Path[0]))];
        for (int group = 0; group < groups.Count; group++)
            for (int column = 0; isRead[i]![group] && column < groups[group].Chunks.Count; column++)
                if (column >= isNeeded.Length || isNeeded[column])
                {
                    ParquetChunk chunk = groups[group].Chunks[column];
                    parts.Add((chunk.Start, chunk.Start + chunk.Bytes));
                    if (chunk.Filter is var (start, bytes) && (column >= isLookedUp.Length || isLookedUp[column]))
                        parts.Add((start, start + bytes));
                }
        return parts;
    }
}
