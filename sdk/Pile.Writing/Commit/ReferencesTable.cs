using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Spill;

namespace Pile.Writing.Commit;

/// <summary>Writes <c>sources.parquet</c>: the files outside the dataset, by their number.</summary>
internal static class ReferencesTable
{
    /// <summary>Writes the files of all units, in the order of the units.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="units">The units.</param>
    /// <param name="settings">A database with these settings writes the file beside the one that sorts the rows; it has one thread, so that
    /// the order is kept.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    internal static void Write(string path, IEnumerable<UnitRecord> units, DuckDbSettings settings, CancellationToken cancellationToken)
    {
        int next = 0;
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(settings with { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        string rasters = units.Any(unit => unit.Referenced is { HasRasters: true }) ? ", raster, block_offsets, block_sizes" : "";
        using DuckDbBatches batches = new([new DuckDbField("source", DuckDbType.Integer), .. ReferencedFiles.Fields], Batches());
        using DuckDbScan scan = connection.Scan(batches);
        connection.Execute($"COPY (SELECT source, uri, nullif(bytes, {ReferencedFile.UnknownBytes}) AS bytes, sha256, "
            + $"etag, make_timestamp(modified) AS modified{rasters} FROM {scan.Sql}) TO {DuckDbSql.Literal(path)} "
            + "(FORMAT parquet, COMPRESSION zstd)", cancellationToken: cancellationToken);

        IEnumerable<IReadOnlyList<DuckDbColumn>> Batches()
        {
            foreach (UnitRecord unit in units)
            {
                if (unit.Referenced is not { Count: > 0 } files)
                    continue;
                int[] numbers = [.. Enumerable.Range(next, files.Count)];
                next = checked(next + files.Count);
                yield return [DuckDbColumn.Of<int>(numbers), .. files.Columns()];
            }
        }
    }
}
