using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Plotting;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Review;

/// <summary>Finds positions of several rows, and the ids of rows that the validation found.</summary>
/// <param name="dataset">The dataset.</param>
/// <param name="quoted">Quotes a word of a command line.</param>
internal sealed class SuspiciousPositions(Dataset dataset, Func<string, string> quoted)
{
    internal const int MostRows = 20;
    private const long RowsPerStatement = 2_000_000; // bounds the memory of groups

    /// <summary>Counts the positions that several rows have.</summary>
    /// <returns>Their number, and the first ones.</returns>
    internal async Task<(long Count, List<SuspiciousRow> Rows)> RepeatedAsync(CancellationToken cancellationToken)
    {
        (string lon, string lat) = dataset.Manifest.Frame == Manifest.Wgs84 ? ("lon", "lat") : ("ra", "dec");
        long parts = 1 + (dataset.Manifest.Rows / RowsPerStatement), count = 0;
        List<SuspiciousRow> rows = [];
        for (long part = 0; part < parts; part++)
            await foreach (RowBatch batch in dataset.SqlAsync(string.Create(CultureInfo.InvariantCulture, $"""
                WITH r AS (SELECT {lon} AS x, {lat} AS y, count(*) AS n, min(object_id)::VARCHAR AS a, max(object_id)::VARCHAR AS b
                    FROM d WHERE isfinite({lon}) AND isfinite({lat}) AND hash({lon}, {lat}) % {parts} = {part}
                    GROUP BY {lon}, {lat} HAVING count(*) > 1)
                SELECT x, y, n, a, b, (SELECT count(*) FROM r) AS everything FROM r ORDER BY n DESC, a, b LIMIT {MostRows}
                """), cancellationToken: cancellationToken).ConfigureAwait(false))
                for (int row = 0; row < batch.RowCount; row++)
                {
                    if (row == 0)
                        count += (long)RowNumbers.Of(batch["everything"], 0)[0];
                    if (rows.Count < MostRows)
                        rows.Add(Repeated(batch, row, lon, lat));
                }
        return (count, rows);
    }

    /// <summary>Returns the rows of tiles in which the validation found a position that is missing, out of range, or of another
    /// cell.</summary>
    internal async Task<List<SuspiciousRow>> MisplacedAsync(IEnumerable<Finding> findings, CancellationToken cancellationToken)
    {
        List<SuspiciousRow> rows = [];
        foreach (IGrouping<string, Finding> file in findings
            .Where(f => f is { Row: not null, Code: FindingCodes.HealpixMismatch or FindingCodes.PositionInvalid }
                && f.Path.EndsWith(".parquet", StringComparison.Ordinal))
            .DistinctBy(f => (f.Path, f.Row)).Take(MostRows).GroupBy(f => f.Path))
        {
            Dictionary<long, string> ids = await IdsAsync(file.Key, [.. file.Select(f => f.Row!.Value)], cancellationToken)
                .ConfigureAwait(false);
            rows.AddRange(file.Select(f => ids.TryGetValue(f.Row!.Value, out string? id)
                ? new SuspiciousRow(id, f.Column ?? "", f.Message, CommandOf(id))
                : new SuspiciousRow($"row {f.Row}", f.Column ?? "", f.Message, $"pile validate {quoted(dataset.Address)}")));
        }
        return rows;
    }

    private SuspiciousRow Repeated(RowBatch batch, int row, string lon, string lat)
    {
        (double x, double y) = (RowNumbers.Of(batch["x"], row)[0], RowNumbers.Of(batch["y"], row)[0]);
        string a = ((TextColumnData)batch["a"]).Text(row), b = ((TextColumnData)batch["b"]).Text(row),
            condition = FormattableString.Invariant($"{lon} = {x:R} and {lat} = {y:R}");
        double n = RowNumbers.Of(batch["n"], row)[0];
        return new(a, $"{lon}, {lat}", string.Create(CultureInfo.InvariantCulture, $"{n:N0} rows have the position {x:R} {y:R}")
            + (a == b ? "" : n == 2 ? $"; the other one is {b}" : $"; one of the others is {b}"),
            $"pile query {quoted(dataset.Address)} --where {quoted(condition)}");
    }

    private string CommandOf(string id)
    {
        string literal = dataset.IdsAreText ? DuckDbSql.Literal(id) : id;
        return $"pile query {quoted(dataset.Address)} --where {quoted($"object_id = {literal}")}";
    }

    /// <summary>Reads the ids of rows of a tile; those of a HATS catalogue may be made from other columns.</summary>
    private async Task<Dictionary<long, string>> IdsAsync(string path, long[] rows, CancellationToken cancellationToken)
    {
        Dictionary<long, string> ids = [];
        if (dataset.Catalogue is not null)
            return ids;
        using LocalCopy copy = await dataset.Store.LocalPathAsync(path, default, cancellationToken).ConfigureAwait(false);
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query("SELECT file_row_number, object_id::VARCHAR FROM read_parquet("
            + $"[{DuckDbSql.Literal(copy.Path)}], hive_partitioning = false, file_row_number = true) WHERE file_row_number IN "
            + $"({string.Join(", ", rows)})", cancellationToken: cancellationToken);
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int i = 0; i < chunk.RowCount; i++)
                ids[chunk[0].Values<long>()[i]] = chunk[1].Text(i) ?? "";
        return ids;
    }
}
