using Pile.Format;
using Pile.Sky;

namespace Pile.DuckDb;

/// <summary>Finds the space-time coverage of rows in Parquet files.</summary>
internal static class SpaceTimeScan
{
    private const string Mjd = "mjd", MjdEnd = "mjd_end";

    /// <summary>Returns the columns of the times that the coverage of a dataset is made of; null if it has none.</summary>
    /// <param name="columns">The columns of the dataset.</param>
    /// <param name="hasSkyPositions">True if rows have positions on the sky.</param>
    internal static (string Start, string? End)? Columns(IEnumerable<ColumnSchema> columns, bool hasSkyPositions)
    {
        ColumnSchema[] times = [.. columns.Where(c => c is
            {
                Role: ColumnRole.Standard, Name: Mjd or MjdEnd, IsScalar: true, DType: DType.Float64,
                Storage: ColumnStorage.Light
            })];
        return hasSkyPositions && times.FirstOrDefault(c => c.Name == Mjd) is { } start
            ? (start.SqlName, times.FirstOrDefault(c => c.Name == MjdEnd)?.SqlName) : null;
    }

    /// <summary>Returns the coverage of the rows of files.</summary>
    /// <param name="connection">A connection that may read the files.</param>
    /// <param name="paths">The tiles of an index.</param>
    /// <param name="columns">The columns of the times, see <see cref="Columns"/>.</param>
    /// <param name="scale">The scale of the times, as declared.</param>
    /// <param name="cancellationToken">Cancels the scan.</param>
    /// <returns>Null if no row has a time, or the times cannot be converted to TCB.</returns>
    internal static SpaceTimeMoc? Of(DuckDbConnection connection, ReadOnlySpan<string> paths, (string Start, string? End) columns,
        string? scale, CancellationToken cancellationToken)
    {
        if (paths.IsEmpty)
            return null;
        string start = Finite(columns.Start), end = columns.End is { } name ? Finite(name) : "NULL::DOUBLE",
            rows = $"read_parquet({DuckDbSql.LiteralList(paths)}, hive_partitioning = false)";
        SpaceTimeCoverage? coverage;
        using (DuckDbResult span = connection.Query($"SELECT min(least(t0, t1)), max(greatest(t0, t1)) FROM (SELECT {start} AS t0, {end} "
            + $"AS t1 FROM {rows})", cancellationToken: cancellationToken))
            coverage = span.TryNextChunk(out DuckDbChunk? chunk) && chunk[0].IsValid(0)
                ? SpaceTimeCoverage.Of(scale, chunk[0].Value<double>(0), chunk[1].Value<double>(0)) : null;
        if (coverage is null)
            return null;
        using DuckDbResult all = connection.Query($"SELECT {ColumnNames.Healpix29}, coalesce({start}, 'nan'), coalesce({end}, 'nan') FROM "
            + $"{rows}", cancellationToken: cancellationToken);
        while (all.TryNextChunk(out DuckDbChunk? chunk))
        {
            ReadOnlySpan<long> pixels = chunk.Values<long>(0);
            ReadOnlySpan<double> starts = chunk.Values<double>(1), ends = chunk.Values<double>(2);
            for (int row = 0; row < pixels.Length; row++)
                coverage.Add(pixels[row], starts[row], ends[row]);
        }
        return coverage.Build();
    }

    private static string Finite(string column) =>
        $"CASE WHEN isfinite({DuckDbSql.Identifier(column)}) THEN {DuckDbSql.Identifier(column)} END";
}
