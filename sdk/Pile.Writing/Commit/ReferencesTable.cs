using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Spill;

namespace Pile.Writing.Commit;

/// <summary>Writes <c>sources.parquet</c>: the files outside the dataset, by their number.</summary>
internal static class ReferencesTable
{
    /// <summary>Writes the files of all units, in the order of the units.</summary>
    /// <returns>The number of files.</returns>
    internal static int Write(string path, IEnumerable<UnitRecord> units, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        int next = 0;
        string rasters = units.Any(unit => unit.Referenced is { HasRasters: true }) ? ", raster, block_offsets, block_sizes" : "";
        using DuckDbBatches batches = new([new DuckDbField("source", DuckDbType.Integer), .. ReferencedFiles.Fields], Batches());
        using DuckDbScan scan = connection.Scan(batches);
        connection.Execute($"COPY (SELECT source, uri, nullif(bytes, {ReferencedFile.UnknownBytes}) AS bytes, sha256, "
            + $"etag, make_timestamp(modified) AS modified{rasters} FROM {scan.Sql} "
            + $"ORDER BY source) TO {DuckDbSql.Literal(path)} (FORMAT parquet, COMPRESSION zstd)", cancellationToken: cancellationToken);
        return next;

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
