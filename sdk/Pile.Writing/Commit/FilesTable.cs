using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Spill;

namespace Pile.Writing.Commit;

/// <summary>Writes <c>files.parquet</c>.</summary>
internal static class FilesTable
{
    /// <summary>Writes the list: shards, tiles, tiles of the margin, meta, sources.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="files">The files of the dataset.</param>
    /// <param name="sources">The source files.</param>
    /// <param name="sourceRecord">How rows were read from their source; null to store nothing.</param>
    /// <param name="connection">Writes the file.</param>
    internal static void Write(string path, IReadOnlyList<LedgerEntry> files, IReadOnlyList<LedgerEntry> sources,
        string? sourceRecord, DuckDbConnection connection)
    {
        List<LedgerEntry> all =
        [
            .. files.Where(f => f.Kind == "shard").OrderBy(f => f.Source),
            .. files.Where(f => f.Kind == "index"), // written in NESTED order
            .. files.Where(f => f.Kind == "margin"),
            .. files.Where(f => f.Kind == "meta").OrderBy(f => f.Path, StringComparer.Ordinal),
            .. sources,
        ];
        string[] names = ["path", "kind", "source", "rows", "bytes", "sha256", FileBlocks.Column];
        DuckDbColumn[] columns =
        [
            DuckDbColumn.Text([.. all.Select(f => f.Path)]),
            DuckDbColumn.Text([.. all.Select(f => f.Kind)]),
            DuckDbColumn.Of<int>(all.Select(f => f.Source ?? 0).ToArray(), all.Select(f => f.Source is null).ToArray()),
            DuckDbColumn.Of<long>(all.Select(f => f.Rows ?? 0).ToArray(), all.Select(f => f.Rows is null).ToArray()),
            DuckDbColumn.Of<long>(all.Select(f => f.Bytes).ToArray()),
            DuckDbColumn.Text([.. all.Select(f => f.Sha256)]),
            Blocks(all),
        ];
        using DuckDbBatches batches = new(names, columns);
        using DuckDbScan scan = connection.Scan(batches);
        string metadata = sourceRecord is null ? ""
            : $", KV_METADATA {{'{DatasetPaths.SourceRecord}': {DuckDbSql.Literal(sourceRecord)}}}";
        connection.Execute($"COPY (SELECT * FROM {scan.Sql}) TO {DuckDbSql.Literal(path)} (FORMAT parquet, COMPRESSION zstd{metadata})");
    }

    private static DuckDbColumn Blocks(List<LedgerEntry> all)
    {
        int[] offsets = new int[all.Count + 1];
        for (int i = 0; i < all.Count; i++)
            offsets[i + 1] = checked(offsets[i] + (all[i].BlockCrc32C?.Length ?? 0));
        return DuckDbColumn.Lists<uint>(offsets, all.SelectMany(f => f.BlockCrc32C ?? []).ToArray(),
            all.Select(f => f.BlockCrc32C is null).ToArray());
    }

    /// <summary>Returns the source files of all units, without duplicates, by name.</summary>
    /// <exception cref="SourceUnreadableException">Two units read different bytes under the same name.</exception>
    internal static IReadOnlyList<LedgerEntry> Sources(IEnumerable<UnitRecord> units)
    {
        SortedDictionary<string, SourceFile> byName = new(StringComparer.Ordinal);
        foreach (SourceFile file in units.SelectMany(unit => unit.Files))
            if (!byName.TryAdd(file.Uri, file) && byName[file.Uri] != file)
                throw new SourceUnreadableException(file.Uri, "units read different sizes or checksums under this name",
                    "It changed while it was read: build again without resuming");
        return [.. byName.Values.Select(f => new LedgerEntry(f.Uri, "source", null, null, f.Bytes, f.Sha256))];
    }
}
