using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;
using Pile.Writing.Commit;

namespace Pile.Writing.Index;

/// <summary>Writes the margin catalogue of the index: for every tile, and for empty sky next to one, copies of the rows of other tiles
/// within a threshold.</summary>
/// <param name="root">The folder that contains the index.</param>
/// <param name="subset">The dataset's subset.</param>
/// <param name="layout">The columns, and the SQL that writes tiles.</param>
/// <param name="ledger">Receives the files.</param>
internal sealed class MarginWriter(string root, string subset, IndexLayout layout, FileLedger ledger)
{
    private const string Rows = "margin_rows", Picks = "margin_picks";

    /// <summary>Writes the margin's tiles.</summary>
    /// <param name="tiles">The tiles of the index, which are already written.</param>
    /// <param name="thresholdArcsec">The threshold.</param>
    /// <param name="connection">A DuckDB with one thread, because several would not keep the order of rows.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The margin's tiles, in NESTED order.</returns>
    internal IReadOnlyList<IndexTile> Write(IReadOnlyList<IndexTile> tiles, double thresholdArcsec, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        string folder = DatasetPaths.Margin(subset, thresholdArcsec);
        Directory.CreateDirectory(Path.Combine(root, folder, "dataset"));
        MarginPlaces places = new(tiles, thresholdArcsec);
        long[] rowsOf = new long[places.Places.Length];
        connection.Execute($"CREATE TEMP TABLE {Rows} AS SELECT 0::INTEGER AS _pile_place, 0::INTEGER AS _pile_tile, 0::BIGINT AS "
            + $"_pile_row, * FROM ({layout.SchemaSql}) WHERE false", cancellationToken: cancellationToken);
        for (int tile = 0; tile < tiles.Count; tile++)
            Collect(places, tiles[tile], tile, rowsOf, connection, cancellationToken);

        string option = ParquetCopy.OptionFor(connection, $"FROM {Rows}", cancellationToken);
        List<IndexTile> margin = [];
        for (int place = 0; place < rowsOf.Length; place++)
        {
            if (rowsOf[place] == 0)
                continue;
            HealpixPixel pixel = places.Places[place];
            string name = DatasetPaths.HatsTile(folder, pixel.Order, pixel.Pixel), path = Path.Combine(root, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            connection.Execute(layout.CopyWrittenSql($"SELECT * EXCLUDE (_pile_place, _pile_tile, _pile_row) FROM {Rows} WHERE _pile_place "
                + $"= {Number(place)} ORDER BY _pile_tile, _pile_row", path, option), cancellationToken: cancellationToken);
            ledger.Add(name, "margin", rows: rowsOf[place]);
            margin.Add(new IndexTile(pixel.Order, pixel.Pixel, rowsOf[place]));
        }
        connection.Execute($"DROP TABLE {Rows}", cancellationToken: cancellationToken);
        return margin;
    }

    /// <summary>Copies the rows of one tile that belong to a margin.</summary>
    private void Collect(MarginPlaces places, IndexTile tile, int tileNumber, long[] rowsOf, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        string source = $"read_parquet({DuckDbSql.Literal(Path.Combine(root, DatasetPaths.IndexTile(subset, tile.Order, tile.Pixel)))}, "
            + "hive_partitioning = false)";
        (List<int> pickedPlaces, List<long> pickedRows) = ([], []);
        using (DuckDbResult result = connection.Query($"SELECT {ColumnNames.Healpix29}, ra, dec FROM {source}",
            cancellationToken: cancellationToken))
        {
            List<int> near = [];
            long row = 0;
            while (result.TryNextChunk(out DuckDbChunk? chunk))
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadOnlySpan<long> healpix29 = chunk.Values<long>(0);
                ReadOnlySpan<double> ra = chunk.Values<double>(1), dec = chunk.Values<double>(2);
                for (int i = 0; i < healpix29.Length; i++, row++)
                {
                    places.Near(healpix29[i], ra[i], dec[i], near);
                    foreach (int place in near)
                    {
                        pickedPlaces.Add(place);
                        pickedRows.Add(row);
                        rowsOf[place]++;
                    }
                }
            }
        }
        if (pickedRows.Count == 0)
            return;
        using DuckDbBatches picks = new([$"{Picks}_place", $"{Picks}_row"],
            [DuckDbColumn.Of<int>(pickedPlaces.ToArray()), DuckDbColumn.Of<long>(pickedRows.ToArray())]);
        using DuckDbScan scan = connection.Scan(picks);
        // Numbered by a window function, because a survey's column may be named file_row_number.
        connection.Execute($"INSERT INTO {Rows} SELECT p.{Picks}_place, {Number(tileNumber)}, t._pile_row, t.* EXCLUDE (_pile_row) "
            + $"FROM (SELECT *, row_number() OVER () - 1 AS _pile_row FROM {source}) AS t JOIN {scan.Sql} AS p ON p.{Picks}_row = "
            + "t._pile_row", cancellationToken: cancellationToken);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
