using System.Globalization;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.Review;

/// <summary>F001, F006: the rows of the list are valid and in order.</summary>
internal static class ListedFiles
{
    private const int Sha256Digits = 64;

    /// <summary>Copies the valid rows to the dataset.</summary>
    internal static void Check(DatasetUnderReview dataset, List<ListLine> lines)
    {
        List<DatasetFile> files = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int row = 0; row < lines.Count; row++)
            if (Check(dataset, lines[row], row, seen) is { } file)
                files.Add(file);
        dataset.Files = [.. files];
        if (dataset.Manifest.Crc32C is null && files.Exists(f => f.Kind == DatasetFileKind.Meta && f.Path == DatasetPaths.Readme))
            dataset.Log.Error(FindingCodes.ManifestChecksumMismatch, DatasetPaths.Manifest,
                $"expected 'crc32c' in the last line, as '{DatasetPaths.Files}' lists '{DatasetPaths.Readme}'; found nothing");
        TakeShards(dataset);
        TakeTiles(dataset);
        CheckOrder(dataset);
    }

    private static DatasetFile? Check(DatasetUnderReview dataset, ListLine line, int row, HashSet<string> seen)
    {
        DatasetFileKind? kind = line.Kind switch
        {
            "shard" => DatasetFileKind.Shard,
            "index" => DatasetFileKind.Index,
            "margin" => DatasetFileKind.Margin,
            "meta" => DatasetFileKind.Meta,
            "source" => DatasetFileKind.Source,
            _ => null,
        };
        string path = line.Path ?? "";
        if (kind is null)
            return Wrong("kind", $"expected shard, index, margin, meta or source, found {line.Kind ?? "nothing"}");
        if (Leaves(path, kind.Value))
        {
            dataset.Log.Error(FindingCodes.PathOutside, DatasetPaths.Files, $"expected a path inside the dataset, found '{path}'",
                row, "path");
            return null;
        }
        if (!seen.Add($"{(kind == DatasetFileKind.Source ? 's' : 'f')}{path}"))
            return Wrong("path", $"expected every file once, found '{path}' again");
        if (kind != DatasetFileKind.Source && path is DatasetPaths.Files or DatasetPaths.Manifest)
            return Wrong("path", $"expected no row for '{path}', which the list must not contain, found one");
        if (KindOf(dataset.Manifest, path) is { } expected && kind != DatasetFileKind.Source && expected != kind)
            return Wrong("kind", $"expected {Word(expected)} for '{path}', found {line.Kind}");
        if (kind == DatasetFileKind.Margin && dataset.Manifest.MarginArcsec is null)
            return Wrong("kind", $"expected no margin, as the manifest has no 'margin_arcsec', found '{path}'");
        if (line.Bytes is not >= 0)
            return Wrong("bytes", $"expected the size of '{path}', found {line.Bytes?.ToString() ?? "nothing"}");
        if (kind is DatasetFileKind.Shard or DatasetFileKind.Index or DatasetFileKind.Margin ? line.Rows is not >= 0
            : line.Rows is not null)
            return Wrong("rows",
                $"expected {(line.Rows is null ? "the rows" : "no rows")} of '{path}', found {line.Rows?.ToString() ?? "nothing"}");
        if ((kind == DatasetFileKind.Shard) != line.Source is >= 0)
            return Wrong("source", $"expected {(kind == DatasetFileKind.Shard ? "the number" : "no number")} of '{path}', found "
                + $"{line.Source?.ToString() ?? "nothing"}");
        if (kind != DatasetFileKind.Source && (line.Sha256 is not { Length: Sha256Digits } || !line.Sha256.All(char.IsAsciiHexDigitLower)))
            Wrong("sha256", $"expected {Sha256Digits} lower-case hexadecimal digits for '{path}', found {line.Sha256 ?? "nothing"}");
        if (line.BlockCrc32C is { } blocks)
        {
            if (kind != DatasetFileKind.Index || blocks.Length != FileBlocks.CountOf(line.Bytes.Value))
                Wrong(FileBlocks.Column, kind != DatasetFileKind.Index
                    ? $"expected none for '{path}', which is not a tile of the index, found {blocks.Length}"
                    : $"expected {FileBlocks.CountOf(line.Bytes.Value)} for the {line.Bytes} bytes of '{path}', one for each "
                        + $"{FileBlocks.Bytes}, found {blocks.Length}");
            else
                dataset.BlockCrc32C[path] = blocks;
        }
        return new DatasetFile(path, kind.Value, line.Source ?? -1, line.Rows ?? -1, line.Bytes.Value, line.Sha256 ?? "");

        DatasetFile? Wrong(string column, string message)
        {
            dataset.Log.Error(FindingCodes.FileListInvalid, DatasetPaths.Files, message, row, column);
            return null;
        }
    }

    private static bool Leaves(string path, DatasetFileKind kind)
    {
        if (kind == DatasetFileKind.Source) // a name or an address, never opened
            return path.Length == 0 || path[0] == '/' || path.Split('/').Contains("..");
        return path.Length == 0 || path[0] == '/' || path.Contains('\0', StringComparison.Ordinal)
            || path.Contains('\\', StringComparison.Ordinal) || path.Split('/').Any(p => p is "" or "." or "..");
    }

    /// <summary>Returns the kind that a file must have because of its path; null for any kind.</summary>
    private static DatasetFileKind? KindOf(Manifest manifest, string path) =>
        path == DatasetPaths.Readme ? DatasetFileKind.Meta
        : IsTile(manifest, path) ? DatasetFileKind.Index
        : ShardPath.TryParse(manifest, path, out _) ? DatasetFileKind.Shard
        : manifest.MarginArcsec is { } threshold && HatsTilePath.TryParse($"{DatasetPaths.Margin(manifest.Subset, threshold)}/", path,
            out _)
            ? DatasetFileKind.Margin : null;

    private static bool IsTile(Manifest manifest, string path) => manifest.Partition.Key.HasPositions
        ? HatsTilePath.TryParse($"{DatasetPaths.Index(manifest.Subset)}/", path, out _)
        : path.StartsWith($"{DatasetPaths.Index(manifest.Subset)}/", StringComparison.Ordinal)
            && path.EndsWith(".parquet", StringComparison.Ordinal);

    private static void TakeShards(DatasetUnderReview dataset)
    {
        List<DatasetFile> shards = [.. dataset.Files.Where(f => f.Kind == DatasetFileKind.Shard)];
        DatasetFile?[] byNumber = new DatasetFile?[shards.Count];
        ShardPath? last = null;
        for (int i = 0; i < shards.Count; i++)
        {
            DatasetFile shard = shards[i];
            if (shard.Source != i)
                Invalid($"expected the number {i} for the shard '{shard.Path}', found {shard.Source}");
            if (shard.Source < byNumber.Length)
                byNumber[shard.Source] ??= shard;
            if (!ShardPath.TryParse(dataset.Manifest, shard.Path, out ShardPath place))
                Invalid($"expected the path of a shard such as {dataset.Manifest.Subset}/{dataset.Manifest.Partition.Key.ExampleFolder}"
                    + $"/001-of-001.hdf5, found '{shard.Path}'");
            else if (last is { } before && !place.Follows(before))
                Invalid($"expected shards in the order of their cells and numbers, found '{shard.Path}' after cell {before.CellText}, "
                    + $"number {before.Number}");
            else
                last = place;
        }
        dataset.Shards = [.. byNumber];

        void Invalid(string message) => dataset.Log.Error(FindingCodes.FileListInvalid, DatasetPaths.Files, message, column: "source");
    }

    private static void TakeTiles(DatasetUnderReview dataset)
    {
        if (!dataset.Manifest.Partition.Key.HasPositions)
        {
            TakeHashTiles(dataset);
            return;
        }
        List<IndexTile> tiles = [];
        long position = 0, end = 0;
        foreach (DatasetFile file in dataset.Files.Where(f => f.Kind == DatasetFileKind.Index))
        {
            if (!HatsTilePath.TryParse($"{DatasetPaths.Index(dataset.Manifest.Subset)}/", file.Path, out HealpixPixel pixel))
            {
                dataset.Log.Error(FindingCodes.HatsInvalid, file.Path,
                    $"expected the path of a tile such as {DatasetPaths.IndexTile(dataset.Manifest.Subset, 3, 17)}");
                continue;
            }
            if (pixel.RangeAtOrder29.Start < end)
                dataset.Log.Error(FindingCodes.FileListInvalid, DatasetPaths.Files,
                    $"expected disjoint tiles in NESTED order, found '{file.Path}' after a tile that ends after its start");
            tiles.Add(new IndexTile(file, pixel, position));
            position = file.Rows > long.MaxValue - position ? long.MaxValue : position + file.Rows;
            end = Math.Max(end, pixel.RangeAtOrder29.End);
        }
        dataset.Tiles = [.. tiles];
    }

    private static void TakeHashTiles(DatasetUnderReview dataset)
    {
        List<IndexTile> tiles = [];
        DatasetFile[] files = [.. dataset.Files.Where(f => f.Kind == DatasetFileKind.Index)];
        long position = 0;
        foreach (DatasetFile file in files)
        {
            string expected = DatasetPaths.HashTile(dataset.Manifest.Subset, tiles.Count + 1, files.Length);
            if (file.Path != expected)
                dataset.Log.Error(FindingCodes.FileListInvalid, DatasetPaths.Files, $"expected the tile '{expected}', found '{file.Path}'");
            tiles.Add(new IndexTile(file, null, position));
            position = file.Rows > long.MaxValue - position ? long.MaxValue : position + file.Rows;
        }
        dataset.Tiles = [.. tiles];
    }

    private static void CheckOrder(DatasetUnderReview dataset)
    {
        DatasetFile? last = null;
        foreach (DatasetFile file in dataset.Files)
        {
            if (last is not null && (file.Kind < last.Kind || (file.Kind == last.Kind
                && file.Kind is DatasetFileKind.Meta or DatasetFileKind.Source && string.CompareOrdinal(file.Path, last.Path) < 0)))
            {
                dataset.Log.Error(FindingCodes.FileListInvalid, DatasetPaths.Files,
                    $"expected shards, tiles, tiles of the margin, meta files by path, sources by path; found '{file.Path}' after "
                        + $"'{last.Path}'");
                return;
            }
            last = file;
        }
    }

    private static string Word(DatasetFileKind kind) => kind.ToString().ToLower(CultureInfo.InvariantCulture);
}
