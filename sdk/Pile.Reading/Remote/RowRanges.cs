using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>The rows of tiles that a statement may read; DuckDB skips all other row groups.</summary>
internal sealed class RowRanges
{
    private const long VectorRows = 2048; // the smallest unit that DuckDB skips
    private const int MaxRangesOfTile = 64;

    /// <summary>A statement over more tiles than this reads all their row groups, because DuckDB plans a separate scan for each restricted
    /// tile.</summary>
    internal const int MaxTiles = 64;

    private readonly FrozenDictionary<string, IReadOnlyList<(long First, long End)>?> ranges;

    /// <param name="ranges">The path of each tile, and the ranges of its rows; null for all of them.</param>
    internal RowRanges(IEnumerable<KeyValuePair<string, IReadOnlyList<(long First, long End)>?>> ranges) =>
        this.ranges = ranges.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns ranges with the rows at some positions, and few others; null if that would be most rows.</summary>
    /// <param name="tiles">The tiles of the rows.</param>
    /// <param name="positions">The positions, sorted.</param>
    internal static RowRanges? Around(ImmutableArray<IndexTile> tiles, ReadOnlySpan<long> positions)
    {
        if (tiles.Length > MaxTiles)
            return null;
        List<KeyValuePair<string, IReadOnlyList<(long First, long End)>?>> around = [];
        long rows = 0, all = 0;
        foreach (IndexTile tile in tiles)
        {
            List<(long First, long End)> found = Around(tile, positions, VectorRows);
            for (long gap = 2 * VectorRows; found.Count > MaxRangesOfTile; gap *= 2)
                found = Around(tile, positions, gap);
            around.Add(new(tile.File.Path, found));
            (rows, all) = (rows + found.Sum(r => r.End - r.First), all + tile.File.Rows);
        }
        return rows < all / 2 ? new RowRanges(around) : null;
    }

    private static List<(long First, long End)> Around(IndexTile tile, ReadOnlySpan<long> positions, long gap)
    {
        int at = positions.BinarySearch(tile.FirstPosition);
        List<(long First, long End)> found = [];
        for (at = at < 0 ? ~at : at; at < positions.Length && positions[at] < tile.FirstPosition + tile.File.Rows; at++)
        {
            long row = positions[at] - tile.FirstPosition;
            if (found.Count > 0 && row - found[^1].End < gap)
                found[^1] = (found[^1].First, row + 1);
            else
                found.Add((row, row + 1));
        }
        return found;
    }

    /// <summary>Returns whether a tile has rows that may be read.</summary>
    internal bool Includes(IndexTile tile) => Of(tile) is not { Count: 0 };

    /// <summary>Returns whether only some rows of the tiles may be read.</summary>
    internal bool Restrict(ImmutableArray<IndexTile> tiles) => tiles.Any(t => Of(t) is not null);

    /// <summary>Returns SQL that selects all columns of tiles and the position of each row.</summary>
    /// <param name="tiles">The tiles.</param>
    /// <param name="localPath">Returns the local path of a tile.</param>
    /// <param name="position">The name of the position's column.</param>
    /// <param name="types">The tiles that differ from the declared columns; null if all tiles have the same columns.</param>
    /// <remarks>
    /// One SELECT for each tile: DuckDB skips row groups by a condition on <c>file_row_number</c>, but not by one that depends on the file.
    /// </remarks>
    internal string Sql(IEnumerable<IndexTile> tiles, Func<string, string> localPath, string position, HatsTileTypes? types) =>
        $"({string.Join(types is null ? " UNION ALL " : " UNION ALL BY NAME ",
            tiles.Select(tile => Sql(tile, localPath(tile.File.Path), position, types?.ItemsOf(tile.File.Path, position))))})";

    private string Sql(IndexTile tile, string path, string position, string? items)
    {
        string where = Of(tile) switch
        {
            null => "",
            [] => " WHERE false",
            var rows => $" WHERE {string.Join(" OR ", rows.Select(Condition))}",
        };
        string source = $"read_parquet({DuckDbSql.LiteralList([path])}, hive_partitioning = false)";
        string number = string.Create(CultureInfo.InvariantCulture, $"{tile.FirstPosition} + file_row_number AS {position}");
        string all = $"SELECT *, {number} FROM {source}{where}";
        return items is null ? all : $"SELECT {items} FROM ({all})";
    }

    private IReadOnlyList<(long First, long End)>? Of(IndexTile tile) => ranges.GetValueOrDefault(tile.File.Path);

    private static string Condition((long First, long End) rows) =>
        string.Create(CultureInfo.InvariantCulture, $"file_row_number BETWEEN {rows.First} AND {rows.End - 1}");
}
