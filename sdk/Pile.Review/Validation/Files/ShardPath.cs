using System.Globalization;
using Pile.Format;

namespace Pile.Review;

/// <summary>The parsed path of a shard.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Number">The number of the shard in the cell, from 1.</param>
/// <param name="Count">The number of shards in the cell.</param>
internal readonly record struct ShardPath(long Cell, int Number, int Count)
{
    private const string FileSuffix = ".hdf5", Of = "-of-";

    internal static bool TryParse(Manifest manifest, string path, out ShardPath parsed)
    {
        parsed = default;
        string[] parts = path.Split('/');
        if (parts is not [var first, var folder, var file] || first != manifest.Subset
            || !manifest.Partition.Key.TryCell(folder, out long cell) || !file.EndsWith(FileSuffix, StringComparison.Ordinal))
            return false;
        string[] numbers = file[..^FileSuffix.Length].Split(Of);
        if (numbers.Length != 2
            || !int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || !int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || number < 1 || number > count)
            return false;
        parsed = new ShardPath(cell, number, count);
        return DatasetPaths.Shard(DatasetPaths.CellFolder(first, manifest.Partition.Key.FolderOf(cell)), number, count) == path;
    }
}
