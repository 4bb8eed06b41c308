using System.Globalization;
using Pile.Format;

namespace Pile.Review;

/// <summary>The parsed path of a shard.</summary>
/// <param name="Tile">The cell, if cells are tiles; else null.</param>
/// <param name="Cell">The cell by its number; 0 for a tile.</param>
/// <param name="Number">The number of the shard in the cell, from 1.</param>
/// <param name="Count">The number of shards in the cell.</param>
internal readonly record struct ShardPath(string? Tile, long Cell, int Number, int Count)
{
    private const string FileSuffix = ".hdf5", Of = "-of-";

    internal static bool TryParse(Manifest manifest, string path, out ShardPath parsed)
    {
        parsed = default;
        string[] parts = path.Split('/');
        if (parts is not [var first, var folder, var file] || first != manifest.Subset
            || !file.EndsWith(FileSuffix, StringComparison.Ordinal))
            return false;
        IndexKey key = manifest.Partition.Key;
        bool isTile = key.TryTile(folder, out string tile);
        long cell = 0;
        if (!isTile && !key.TryCell(folder, out cell))
            return false;
        string[] numbers = file[..^FileSuffix.Length].Split(Of);
        if (numbers.Length != 2
            || !int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || !int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || number < 1 || number > count)
            return false;
        parsed = new ShardPath(isTile ? tile : null, cell, number, count);
        return DatasetPaths.Shard(DatasetPaths.CellFolder(first, isTile ? key.FolderOf(tile) : key.FolderOf(cell)), number, count) == path;
    }

    /// <summary>The cell, for messages.</summary>
    internal string CellText => Tile ?? Cell.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns whether a shard has a greater cell than another one, or the same cell and a greater number.</summary>
    internal bool Follows(ShardPath other) => string.CompareOrdinal(Tile, other.Tile) is not 0 and var byTile ? byTile > 0
        : (Cell, Number).CompareTo((other.Cell, other.Number)) > 0;
}
