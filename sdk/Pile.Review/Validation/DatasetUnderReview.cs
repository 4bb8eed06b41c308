using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>A dataset that is being validated: what its manifest and list say, what the disk has, and where findings go.</summary>
internal sealed class DatasetUnderReview(string root, Manifest manifest, ValidationOptions options, FindingLog log,
    ReviewDatabases databases)
{
    /// <summary>The dataset's folder.</summary>
    internal string Root => root;

    internal Manifest Manifest => manifest;

    internal ValidationOptions Options => options;

    internal FindingLog Log => log;

    internal ReviewDatabases Databases => databases;

    /// <summary>The list's lines whose paths stay in the dataset.</summary>
    internal ImmutableArray<DatasetFile> Files { get; set; } = [];

    /// <summary>Of tiles by path the CRC-32C of each of their <see cref="FileBlocks"/>, where the list has them.</summary>
    internal Dictionary<string, uint[]> BlockCrc32C { get; } = new(StringComparer.Ordinal);

    /// <summary>The shards by number; null where the list has none of that number.</summary>
    internal ImmutableArray<DatasetFile?> Shards { get; set; } = [];

    /// <summary>The tiles of the index, in NESTED order.</summary>
    internal ImmutableArray<IndexTile> Tiles { get; set; } = [];

    /// <summary>Where the folder's files come from; null for a folder of this machine.</summary>
    internal RemoteFolder? Remote { get; init; }

    /// <summary>What lies in the folder, by path.</summary>
    internal DiskFiles Disk { get; set; } = DiskFiles.None;

    internal ImmutableArray<ColumnSchema> Light { get; } = [.. manifest.Columns.Where(c => c.Storage == ColumnStorage.Light)];

    internal ImmutableArray<ColumnSchema> Heavy { get; } = [.. manifest.Columns.Where(c => c.Storage == ColumnStorage.Heavy)];

    /// <summary>A column of a tile in SQL, by its name in the index: what the manifest calls a member of a nested group is a field of its
    /// STRUCT.</summary>
    internal string TileSql(string name) => Light.FirstOrDefault(c => c.Nested is not null && c.SqlName == name) is { } member
        ? $"{DuckDbSql.TileColumn(member)} AS {DuckDbSql.Identifier(name)}" : DuckDbSql.Identifier(name);

    /// <summary>A listed file's place on disk.</summary>
    internal string FullPath(string path) => Path.Combine(root, path);

    /// <summary>True when a file is there in its full length and may be opened; else that is a finding already. Empty files are never
    /// opened: a pipe looks like one.</summary>
    internal bool IsWhole(DatasetFile file) => file.Bytes > 0 && Disk.BytesOf(file.Path) == file.Bytes;
}
