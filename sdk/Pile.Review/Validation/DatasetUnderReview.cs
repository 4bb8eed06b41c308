using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Proj;
using Pile.Rasters;
using Pile.Reading;

namespace Pile.Review;

/// <summary>A dataset that is being validated: its manifest, list of files and folder, and the log of findings.</summary>
internal sealed class DatasetUnderReview(string root, Manifest manifest, ValidationOptions options, FindingLog log,
    ReviewDatabases databases)
{
    /// <summary>The dataset's folder.</summary>
    internal string Root => root;

    internal Manifest Manifest => manifest;

    internal ValidationOptions Options => options;

    internal FindingLog Log => log;

    internal ReviewDatabases Databases => databases;

    /// <summary>The files of the list whose paths are inside the dataset.</summary>
    internal ImmutableArray<DatasetFile> Files { get; set; } = [];

    /// <summary>The CRC-32C of each of a tile's <see cref="FileBlocks"/>, by the tile's path, if the list has them.</summary>
    internal Dictionary<string, uint[]> BlockCrc32C { get; } = new(StringComparer.Ordinal);

    /// <summary>The shards by number; null if the list has no shard of that number.</summary>
    internal ImmutableArray<DatasetFile?> Shards { get; set; } = [];

    /// <summary>The tiles of the index, in NESTED order.</summary>
    internal ImmutableArray<IndexTile> Tiles { get; set; } = [];

    /// <summary>The columns in files outside the dataset.</summary>
    internal ImmutableArray<ColumnSchema> References { get; } = [.. manifest.Columns.Where(c => c.IsOutside)];

    /// <summary>The layouts of the raster files outside the dataset, by number; null for a file whose
    /// layout is not known.</summary>
    internal ImmutableArray<RasterLayout?> Rasters { get; set; } = [];

    /// <summary>The raster files whose layouts are not in the dataset, but were read from the files, by number.</summary>
    internal ImmutableHashSet<int> UnreadRasters { get; set; } = [];

    /// <summary>The files outside the dataset; null if their list cannot be read.</summary>
    internal PieceFiles? Sources { get; set; }

    /// <summary>The tiles that rows are divided into; null if cells are no tiles.</summary>
    internal GridTiles? Grid { get; } = manifest.Partition.Grid is { } grid ? new GridTiles(grid) : null;

    /// <summary>The ids that several rows of the index have, as text.</summary>
    internal HashSet<string> RepeatedIds { get; } = new(StringComparer.Ordinal);

    /// <summary>The source of the folder's files if the dataset is remote; null for a local folder.</summary>
    internal RemoteFolder? Remote { get; init; }

    /// <summary>The files in the folder, by path.</summary>
    internal DiskFiles Disk { get; set; } = DiskFiles.None;

    internal ImmutableArray<ColumnSchema> Light { get; } = [.. manifest.Columns.Where(c => c.Storage == ColumnStorage.Light)];

    internal ImmutableArray<ColumnSchema> Heavy { get; } = [.. manifest.Columns.Where(c => c.Storage == ColumnStorage.Heavy)];

    /// <summary>Returns the SQL of a tile's column by its name in the index. A member of a nested group is a field of the group's
    /// STRUCT.</summary>
    internal string TileSql(string name) => Light.FirstOrDefault(c => c.Nested is not null && c.SqlName == name) is { } member
        ? $"{DuckDbSql.TileColumn(member)} AS {DuckDbSql.Identifier(name)}" : DuckDbSql.Identifier(name);

    /// <summary>Returns the local path of a listed file.</summary>
    internal string FullPath(string path) => Path.Combine(root, path);

    /// <summary>Returns whether a file exists in its listed length, so that it may be opened; otherwise that is already a finding. Empty
    /// files are never opened, because a pipe looks like one.</summary>
    internal bool IsComplete(DatasetFile file) => file.Bytes > 0 && Disk.BytesOf(file.Path) == file.Bytes;
}
