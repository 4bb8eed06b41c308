using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>Finds the space-time coverage of the rows of a dataset.</summary>
internal static class DatasetSpaceTime
{
    /// <summary>Returns the coverage that the dataset stores, or computes it from the index: of a dataset without one, and of the rows of a
    /// saved query.</summary>
    /// <exception cref="ArgumentException">The rows have no positions on the sky, no times, or times of an unknown scale.</exception>
    /// <exception cref="DatasetInvalidException">A file is missing or damaged.</exception>
    internal static async Task<SpaceTimeMoc> OfAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        dataset.RequireSky("A space-time coverage", "Name a dataset with positions.");
        if (dataset.Saved is null && await dataset.SpaceTimeCoverageAsync(cancellationToken).ConfigureAwait(false) is { } stored)
            return stored;
        Manifest manifest = dataset.Manifest;
        if (SpaceTimeScan.Columns(manifest.Columns, hasSkyPositions: true) is not { } columns || manifest.Time is not { } time
            || manifest.Foreign is { KeySql: null })
            throw new ArgumentException($"A space-time coverage needs rows with the standard column 'mjd', but those of dataset "
                + $"'{dataset.Address}' have no such times.");
        if (SpaceTimeCoverage.Of(time.Scale, time.StartMjd, time.EndMjd) is not { } coverage)
            throw new ArgumentException($"The times of dataset '{dataset.Address}' are {time.Scale}, which cannot be converted to TCB.");
        string end = columns.End is { } name ? DuckDbSql.Identifier(name) : "NULL";
        SqlOptions limits = new() { Threads = dataset.Options.Threads, MemoryBytes = dataset.Options.QueryMemoryBytes };
        string select = $"SELECT {ColumnNames.Healpix29}::BIGINT AS pixel, coalesce({DuckDbSql.Identifier(columns.Start)}, 'nan')::DOUBLE "
            + $"AS t0, coalesce({end}, 'nan')::DOUBLE AS t1 FROM d WHERE pixel >= 0";
        await foreach (RowBatch batch in Sql.QueryAsync(new Dictionary<string, Dataset>(StringComparer.Ordinal) { ["d"] = dataset }, select,
            limits, cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < batch.RowCount; row++)
                coverage.Add(batch.Values<long>("pixel")[row], batch.Values<double>("t0")[row], batch.Values<double>("t1")[row]);
        return coverage.Build();
    }
}
