using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>I007: <c>positions.parquet</c> and <c>ids.parquet</c> contain the rows of the index, in their order, with valid
/// checksums.</summary>
/// <remarks>Not checked if the index itself has findings: a comparison with it would only repeat them.</remarks>
internal static class SortedRowsCheck
{
    private const int MaxRows = 20;

    internal static void Check(DatasetUnderReview dataset, CancellationToken cancellationToken)
    {
        if (dataset.Tiles.IsEmpty || dataset.Log.HasErrors)
            return;
        string subset = dataset.Manifest.Subset;
        Check(dataset, DatasetPaths.Positions(subset), PositionsLayout.VersionKey,
            [PositionsLayout.ObjectId, .. dataset.Manifest.Partition.Frame is { } frame ? (string[])[frame.Lon, frame.Lat] : [],
                PositionsLayout.Healpix29], null, cancellationToken, hasRows: !dataset.Manifest.HasCompactPositions);
        Check(dataset, DatasetPaths.Ids(subset), IdsLayout.VersionKey, [IdsLayout.ObjectId], IdsLayout.ObjectId, cancellationToken);
    }

    /// <param name="dataset">The dataset.</param>
    /// <param name="path">The file, relative to the dataset.</param>
    /// <param name="versionKey">The key of the layout's version in the file's metadata.</param>
    /// <param name="columns">The columns to compare with the index; the first one is the id.</param>
    /// <param name="sortColumn">The column whose values must ascend; null if the rows must be in the order of the index.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <param name="hasRows">False if the rows of the file are numbered by their order alone.</param>
    private static void Check(DatasetUnderReview dataset, string path, string versionKey, string[] columns, string? sortColumn,
        CancellationToken cancellationToken, bool hasRows = true)
    {
        if (dataset.Files.FirstOrDefault(f => f.Path == path) is not { } file || !dataset.IsComplete(file))
            return;
        using IDisposable? copy = dataset.Remote?.Hold(dataset, file, cancellationToken);
        try
        {
            using (MappedPages pages = MappedPages.Open(dataset.FullPath(path), dataset.Root, versionKey))
            {
                pages.VerifyAll(cancellationToken);
                if (versionKey == PositionsLayout.VersionKey)
                    CheckFooter(dataset, path, pages);
            }
            dataset.Databases.UseAll(connection => Compare(dataset, connection, path, columns, sortColumn, hasRows,
                cancellationToken));
        }
        catch (Exception e) when (e is DatasetInvalidException or SourceUnreadableException)
        {
            dataset.Log.Error(FindingCodes.SortedRowsMismatch, path, e.Message);
        }
        catch (DuckDbException e) when (e.Type.IsBeforeReading())
        {
            dataset.Log.Error(FindingCodes.SortedRowsMismatch, path, $"expected the columns of SCHEMA.md, found: {e.FirstLine()}");
        }
    }

    private static void CheckFooter(DatasetUnderReview dataset, string path, MappedPages pages)
    {
        (string Key, string? Expected)[] facts =
        [
            (PositionsLayout.FrameKey, dataset.Manifest.Partition.Frame?.Name),
            (PositionsLayout.EpochKey, dataset.Manifest.EpochYear?.ToString("R", CultureInfo.InvariantCulture)),
        ];
        foreach ((string key, string? expected) in facts)
            if (pages.FactOf(key) is var found && found != expected)
                dataset.Log.Error(FindingCodes.SortedRowsMismatch, path,
                    $"expected '{key}' in the footer to be {expected ?? "absent"}, as in the manifest, found {found ?? "no such key"}");
    }

    private static void Compare(DatasetUnderReview dataset, DuckDbConnection connection, string path, string[] columns,
        string? sortColumn, bool hasRows, CancellationToken cancellationToken)
    {
        string tiles = string.Join(" UNION ALL ", dataset.Tiles.Select(t => string.Create(CultureInfo.InvariantCulture,
            $"SELECT {ParquetSql.RowNumber} + {t.FirstPosition} AS position, {string.Join(", ", columns.Select(dataset.TileSql))} FROM "
                + $"{ParquetSql.ReadNumbered(dataset, dataset.FullPath(t.File.Path))}")));
        (string added, string isOutOfOrder) = sortColumn is null ? ("", "f.row <> f.number")
            : ($", lag({sortColumn}) OVER (ORDER BY file_row_number) AS before", $"f.{sortColumn} <= f.before");
        string row = hasRows ? "" : ", file_row_number AS row";
        string found = $"SELECT *, file_row_number AS number{row}{added} FROM read_parquet({DuckDbSql.Literal(dataset.FullPath(path))}, "
            + "hive_partitioning = false, file_row_number = true)";
        string differs = string.Join(" OR ", columns.Select(c => $"t.{c} IS DISTINCT FROM f.{c}"));
        using DuckDbResult rows = connection.Query($"SELECT f.number, f.row, f.{columns[0]}::VARCHAR, t.position, t.{columns[0]}::VARCHAR, "
            + $"{OfFirstDifference(DuckDbSql.Literal)}, {OfFirstDifference(c => $"t.{c}::VARCHAR")}, "
            + $"{OfFirstDifference(c => $"f.{c}::VARCHAR")} "
            + $"FROM ({tiles}) AS t FULL JOIN ({found}) AS f ON t.position = f.row WHERE {differs} OR {isOutOfOrder} "
            + $"ORDER BY f.number, t.position LIMIT {MaxRows}", cancellationToken: cancellationToken);
        while (rows.TryNextChunk(out DuckDbChunk? chunk))
            for (int i = 0; i < chunk.RowCount; i++)
                dataset.Log.Error(FindingCodes.SortedRowsMismatch, path, !chunk[0].IsValid(i)
                    ? $"expected the row of position {chunk.Values<long>(3)[i]} with id {chunk[4].Text(i)}, found none"
                    : !chunk[3].IsValid(i) ? $"expected a position of the index, found {chunk.Values<long>(1)[i]}"
                    : !chunk[5].IsValid(i)
                    ? $"expected the rows in order, found position {chunk.Values<long>(1)[i]} with id {chunk[2].Text(i)}"
                    : $"expected {chunk[6].Text(i) ?? "no value"}, as in the index at position {chunk.Values<long>(1)[i]} with id "
                        + $"{chunk[4].Text(i)}, found {chunk[7].Text(i) ?? "none"}",
                    chunk[0].IsValid(i) ? chunk.Values<long>(0)[i] : null,
                    chunk[0].IsValid(i) && chunk[3].IsValid(i) ? chunk[5].Text(i) : null);

        // A value of the first column that differs from the index.
        string OfFirstDifference(Func<string, string> value) =>
            $"CASE {string.Concat(columns.Select(c => $"WHEN t.{c} IS DISTINCT FROM f.{c} THEN {value(c)} "))}END";
    }
}
