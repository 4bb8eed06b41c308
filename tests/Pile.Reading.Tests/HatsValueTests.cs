using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>Values of HATS catalogues that other programs write in several ways: right ascensions, bytes, decimals and pixels.</summary>
public sealed class HatsValueTests : IDisposable
{
    private const string Positions = "SELECT i AS id, 11.25 * i::DOUBLE AS ra360, (i * 37 % 160 - 80)::DOUBLE AS \"dec\" "
        + "FROM range(32) t(i)";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory] // float32 has no such statistics, and no rounding here
    [InlineData("DOUBLE", true)]
    [InlineData("FLOAT", false)]
    public async Task Boxes_select_right_ascensions_of_either_convention(string type, bool isReported)
    {
        WriteCatalogue($"SELECT id, (CASE WHEN ra360 > 180 THEN ra360 - 360 ELSE ra360 END)::{type} AS ra, \"dec\" FROM ({Positions})");
        List<string> messages = [];
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], new DatasetOptions { OnMessage = messages.Add }, Token);
        (double, double, double, double)[] boxes = [(350, -90, 10, 90), (-10, -90, 10, 90), (200, -60, 300, 60), (170, -90, 190, 90),
            (0, -90, 360, 90), (-180, 0, -90, 80), (10, -90, 350, 90)];
        string[] expected = Python.Run("""
            import sys, numpy as np
            i = np.arange(32)
            ra, dec = 11.25 * i, (i * 37) % 160 - 80.0
            for box in sys.argv[1:]:
                ra1, dec1, ra2, dec2 = map(float, box.split(','))
                width = ra2 - ra1 if ra2 >= ra1 else ra2 - ra1 + 360
                inside = (np.mod(ra - ra1, 360) <= width) & (dec >= dec1) & (dec <= dec2)
                print(' '.join(str(n) for n in i[inside]))
            """, [.. boxes.Select(b => FormattableString.Invariant($"{b.Item1},{b.Item2},{b.Item3},{b.Item4}"))]).TrimEnd('\n').Split('\n');
        foreach (((double ra1, double dec1, double ra2, double dec2), string rows) in boxes.Zip(expected))
            Assert.Equal(rows, string.Join(' ', await IdsAsync(dataset, dataset.Query().Box(ra1, dec1, ra2, dec2))));
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Columns("id", "ra"), Token))
            for (int row = 0; row < batch.RowCount; row++)
                Assert.Equal(11.25 * batch.Values<long>("id")[row], batch.Values<double>("ra")[row]);
        Assert.Equal(isReported, messages.Exists(m => m.Contains("are read as 360 degrees more", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_right_ascension_of_neither_convention_is_an_error_in_a_box()
    {
        WriteCatalogue($"SELECT id, ra360 + 360 AS ra, \"dec\" FROM ({Positions})");
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], cancellationToken: Token);
        Assert.Contains("expected a value in [0, 360] or [-180, 180]", (await Assert.ThrowsAsync<DatasetInvalidException>(() =>
            IdsAsync(dataset, dataset.Query().Box(10, -90, 90, 90)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_are_text_if_they_are_UTF_8_and_otherwise_an_error_when_they_are_read()
    {
        WriteCatalogue("SELECT id, ra360 AS ra, \"dec\", encode('étoile ' || id) AS name, [encode('é'), encode('b')] AS names, "
            + "'\\x1F\\x8B\\xFF'::BLOB AS cut, {'stamp': '\\xFF\\xFE'::BLOB, 'fn': encode('f' || id)} AS co, [['\\xFF'::BLOB]] AS deep "
            + $"FROM ({Positions})");
        List<string> messages = [];
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], new DatasetOptions { OnMessage = messages.Add }, Token);
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Columns("id", "name", "names", "co.fn"), Token))
            for (int row = 0; row < batch.RowCount; row++)
            {
                long id = batch.Values<long>("id")[row];
                Assert.Equal($"étoile {id}", ((TextColumnData)batch["name"]).Text(row));
                Assert.Equal($"f{id}", ((TextColumnData)batch["co.fn"]).Text(row));
            }
        foreach ((string column, int bytes) in ((string, int)[])[("cut", 3), ("co.stamp", 2)])
            Assert.Contains($"a value of {bytes} bytes of the column '{column}' is not text in UTF-8", (await Assert
                .ThrowsAsync<DatasetInvalidException>(() => IdsAsync(dataset, dataset.Query().Columns("id", column)))).Message,
                StringComparison.Ordinal);
        Assert.DoesNotContain(dataset.Manifest.Columns, c => c.Name == "deep");
        Assert.Contains(messages, m => m.StartsWith("the column 'deep' of", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Decimals_without_digits_after_the_point_are_integers()
    {
        WriteCatalogue("SELECT (9007199254740993 + 2 * id)::DECIMAL(18, 0) AS objid, id, ra360 AS ra, \"dec\", "
            + $"[id::DECIMAL(10, 0)] AS ks, (id / 4)::DECIMAL(10, 2) AS q, id::DECIMAL(20, 0) AS wide FROM ({Positions})");
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], new DatasetOptions { IdColumn = "objid" }, Token);
        Assert.Equal([DType.Int64, DType.Int64, DType.Float64, DType.Float64], ((string[])["objid", "ks", "q", "wide"]).Select(n =>
            dataset.Manifest.Columns.First(c => c.Name == n).DType));
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Columns("object_id", "objid", "id", "ks"), Token))
            for (int row = 0; row < batch.RowCount; row++)
            {
                long id = batch.Values<long>("id")[row];
                Assert.Equal((9007199254740993 + (2 * id), 9007199254740993 + (2 * id)), (batch.Values<long>("objid")[row],
                    batch.Values<long>("object_id")[row]));
                Assert.Equal([id], ((ColumnData<long>)batch["ks"]).Row(row).ToArray());
            }
        Assert.Equal((long[])[5], await IdsAsync(dataset, dataset.Query().Ids([new(9007199254741003)])));
    }

    [Fact]
    public async Task Pixels_of_a_coarser_order_are_a_column_and_select_no_rows()
    {
        WriteCatalogue($"SELECT id * 1000 AS hp13, id, ra360 AS ra, \"dec\" FROM ({Positions})",
            "hats_col_healpix=hp13\nhats_col_healpix_order=13\n");
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], cancellationToken: Token);
        Assert.Equal((long[])[1], await IdsAsync(dataset, dataset.Query().Cone(11.25, -43, 1)));
        Assert.Equal((long[])[7], await IdsAsync(dataset, dataset.Query().Where("hp13 = 7000")));
    }

    [Theory]
    [InlineData("\uFEFFNorder,Npix", "{0},{1}")]
    [InlineData("Norder,Npix,num_rows", "{0}.0,{1}.0,")]
    public async Task Lists_of_tiles_have_byte_order_marks_and_numbers_of_pandas(string header, string line)
    {
        WriteCatalogue($"SELECT id, ra360 AS ra, \"dec\" FROM ({Positions})");
        string list = Path.Combine(folder["cat"], "partition_info.csv");
        File.WriteAllLines(list, [header, .. File.ReadAllLines(list).Skip(1).Select(l => string.Format(CultureInfo.InvariantCulture, line,
            l.Split(',')))]);
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], cancellationToken: Token);
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (long)i), await IdsAsync(dataset, dataset.Query()));
    }

    [Fact]
    public async Task A_collection_may_name_its_catalogue_as_a_path()
    {
        WriteCatalogue($"SELECT id, ra360 AS ra, \"dec\" FROM ({Positions})");
        File.WriteAllText(folder["collection.properties"], "obs_collection=c\nhats_primary_table_url=./cat/\n");
        await using Dataset dataset = await Dataset.OpenAsync(Path.GetDirectoryName(folder["cat"])!, cancellationToken: Token);
        Assert.Equal(32, dataset.Manifest.Rows);
    }

    private static async Task<long[]> IdsAsync(Dataset dataset, Query query)
    {
        List<long> ids = [];
        await foreach (RowBatch batch in dataset.QueryAsync(query, Token))
            ids.AddRange(batch.Values<long>("id").ToArray());
        return [.. ids.Order()];
    }

    // A catalogue of one tile per base pixel.
    private void WriteCatalogue(string select, string more = "")
    {
        string dataset = Directory.CreateDirectory(Path.Combine(folder["cat"], "dataset", "Norder=0", "Dir=0")).FullName;
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"CREATE TABLE t AS {select}");
        connection.Execute($"COPY (FROM t LIMIT 0) TO '{folder["cat"]}/dataset/_common_metadata' (FORMAT PARQUET)");
        List<long> pixels = [];
        using (DuckDbResult positions = connection.Query("SELECT ra::DOUBLE, \"dec\" FROM t"))
            foreach (DuckDbChunk chunk in positions.Chunks())
                for (int row = 0; row < chunk.RowCount; row++)
                    pixels.Add(Sky.Healpix.AngToPix(0, (chunk.Values<double>(0)[row] + 360) % 360, chunk.Values<double>(1)[row]));
        foreach (long pixel in pixels.Distinct())
            connection.Execute($"COPY (FROM t WHERE rowid IN ({string.Join(", ", Enumerable.Range(0, pixels.Count).Where(i => pixels[i]
                == pixel))})) TO '{dataset}/Npix={pixel}.parquet' (FORMAT PARQUET)");
        File.WriteAllLines(Path.Combine(folder["cat"], "partition_info.csv"), ["Norder,Npix", .. pixels.Distinct().Select(p => $"0,{p}")]);
        File.WriteAllText(Path.Combine(folder["cat"], "hats.properties"), $"obs_collection=made\ndataproduct_type=object\n"
            + $"hats_nrows={pixels.Count}\nhats_col_ra=ra\nhats_col_dec=dec\n{more}");
    }
}
