using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.Review;

/// <summary>M003: sky area, times and largest footprint of the manifest are those of the rows.</summary>
/// <remarks>Not checked if the index itself has findings: a comparison with it would only repeat them.</remarks>
internal static class SpanCheck
{
    private const double Rounding = 1e-9;

    internal static void Check(DatasetUnderReview dataset, CancellationToken cancellationToken)
    {
        if (dataset.Tiles.IsEmpty || dataset.Log.HasErrors)
            return;
        Manifest manifest = dataset.Manifest;
        string start = Standard("mjd"), end = Standard("mjd_end");
        string pixel = manifest.Partition.Key.HasPositions
            ? $"count(DISTINCT {ColumnNames.Healpix29} >> {2 * (Healpix.MaxOrder - Manifest.SkyAreaOrder)})" : "NULL::BIGINT";
        string[] tiles = [.. dataset.Tiles.Select(t => dataset.FullPath(t.File.Path))];
        dataset.Databases.UseAll(connection =>
        {
            using DuckDbResult rows = connection.Query(
                "SELECT min(least(t0, t1)), max(greatest(t0, t1)), max(radius), any_value(pixels) FROM "
                + $"(SELECT {Finite(start)} AS t0, {Finite(end)} AS t1, {Finite(Standard("footprint_radius"))} AS radius FROM "
                + $"{ParquetSql.ReadAll(tiles)}), (SELECT {pixel} AS pixels FROM {ParquetSql.ReadAll(tiles)})",
                cancellationToken: cancellationToken);
            if (!rows.TryNextChunk(out DuckDbChunk? chunk) || chunk.RowCount == 0)
                return;
            Compare("start_mjd", manifest.Time?.StartMjd, Value(chunk[0]));
            Compare("end_mjd", manifest.Time?.EndMjd, Value(chunk[1]));
            if (chunk[3].IsValid(0))
                Compare("sky_area_deg2", manifest.SkyAreaDeg2, chunk[3].Value<long>(0)
                    * (4 * Math.PI * (180 / Math.PI) * (180 / Math.PI) / Healpix.PixelCount(Manifest.SkyAreaOrder)));
            if (Value(chunk[2]) is { } radius && !(manifest.FootprintRadiusMaxDeg >= radius * (1 - Rounding)))
                Different("footprint_radius_max_deg", manifest.FootprintRadiusMaxDeg, radius);
        });

        string Standard(string name) =>
            manifest.Column(name) is { Role: ColumnRole.Standard, DType: DType.Float64, IsScalar: true } column
                ? DuckDbSql.Identifier(column.SqlName) : "NULL::DOUBLE";

        void Compare(string key, double? stated, double? found)
        {
            if (stated is { } a && found is { } b ? Math.Abs(a - b) > Rounding * Math.Max(Math.Abs(a), Math.Abs(b))
                : (stated is null) != (found is null))
                Different(key, stated, found);
        }

        void Different(string key, double? stated, double? found) => dataset.Log.Error(FindingCodes.CountMismatch, DatasetPaths.Manifest,
            $"'{key}': expected {Text(found)}, as in the index, found {Text(stated)}");

        static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "no key";
    }

    private static string Finite(string value) => $"CASE WHEN isfinite({value}) THEN {value} END";

    private static double? Value(DuckDbVector vector) => vector.IsValid(0) ? vector.Value<double>(0) : null;
}
