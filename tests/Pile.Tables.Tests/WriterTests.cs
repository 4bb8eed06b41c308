using System.Collections.Immutable;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public sealed class WriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("t.csv", """{"format": "ascii.csv"}""", false)]
    [InlineData("t.csv.gz", """{"format": "ascii.csv"}""", false)]
    [InlineData("t.ecsv", """{"format": "ascii.ecsv"}""", true)]
    [InlineData("t.fits", """{"format": "fits", "character_as_bytes": false}""", true)]
    [InlineData("t.fits.gz", """{"format": "fits", "character_as_bytes": false}""", true)]
    [InlineData("t.vot", """{"format": "votable", "use_names_over_ids": true}""", true)]
    [InlineData("t.xml.gz", """{"format": "votable", "use_names_over_ids": true}""", true)]
    public async Task Astropy_reads_written_tables(string name, string arguments, bool withUnits)
    {
        RowBatch batch = Batch(withVectors: withUnits);
        await WriteAsync(name, batch);
        await AstropyOracle.CompareAsync(folder[name], arguments, withTypes: false, withUnits: withUnits);
        if (!withUnits)
            return;
        string said = Python.Run("""
            import sys, json, warnings
            warnings.simplefilter('ignore')
            from astropy.table import Table
            t = Table.read(sys.argv[1], **json.loads(sys.argv[2]))
            print(t['ra'].unit, t['flux'].unit, len(t))
            """, folder[name], arguments).Trim();
        Assert.Equal("deg erg / (cm2 s) 3", said);
    }

    [Theory]
    [InlineData("t.csv")]
    [InlineData("t.ecsv")]
    [InlineData("t.fits")]
    [InlineData("t.vot")]
    [InlineData("t.parquet")]
    public async Task Written_tables_are_read_back(string name)
    {
        RowBatch batch = Batch(withVectors: name != "t.csv");
        Assert.Equal(3, await WriteAsync(name, batch));
        using ITableReader table = Tables.Open(folder[name]);
        List<string[]> cells = await Cells.ReadAsync(table);
        for (int i = 0; i < batch.Columns.Length; i++)
        {
            ColumnSchema written = batch.Columns[i].Schema, read = table.Columns[i];
            Assert.Equal(written.Name, read.Name);
            if (name == "t.csv" && written.DType is DType.Float32)
                continue; // 1.1 is not the nearest float32 there
            Assert.Equal($"{written.Name} "
                + $"{string.Join(' ', Enumerable.Range(0, 3).Select(row => Lenient(Cells.Text(batch.Columns[i], row))))}",
                $"{read.Name} {string.Join(' ', cells[i].Select(Lenient))}");
            if (name == "t.csv")
                continue;
            Assert.Equal(written.Shape, read.Shape);
            Assert.Equal((written.Unit, written.Ucd), (read.Unit, read.Ucd));
            Assert.Equal(written.Description, read.Description);
            if (name != "t.vot") // VOTable has no signed bytes and few unsigned types
                Assert.Equal((written.Name, written.DType), (read.Name, read.DType));
        }
        // NaN is the only null of floats in FITS; an empty text is null except in Parquet; trailing blanks are padding in FITS.
        string Lenient(string cell) => cell is Cells.Null or "NaN" or "" ? "-" : name == "t.fits" ? cell.TrimEnd() : cell;
    }

    [Theory]
    [InlineData("t.ecsv")]
    [InlineData("t.vot")]
    [InlineData("t.fits")]
    [InlineData("t.parquet")]
    [InlineData("t.parquet.gz")]
    public async Task Ragged_arrays_are_read_back(string name)
    {
        ColumnSchema schema = new() { Name = "r", DType = DType.Float32, Shape = [ColumnSchema.Ragged], Nullable = true };
        RowBatch batch = new([new ColumnData<float>(schema, new[] { 1.5f, float.NaN, 3 }, [2, 0, 1])]);
        await WriteAsync(name, batch);
        using ITableReader table = Tables.Open(folder[name]);
        Assert.Equal(schema.Shape, table.Columns[0].Shape);
        Assert.Equal(name == "t.vot" ? ["1.5 NaN", Cells.Null, "3"] : ["1.5 NaN", "", "3"], (await Cells.ReadAsync(table))[0]);
    }

    [Fact]
    public async Task Arrays_that_FITS_cannot_hold_are_written_as_elements_and_shapes()
    {
        const int ragged = ColumnSchema.Ragged;
        ColumnSchema planes = Column("p", DType.Float32) with { Shape = [ragged, ragged], Nullable = true };
        await WriteAsync("t.fits", new([
            new ColumnData<float>(planes, new float[] { 1, 2, 3, 4, 5, 6, 7 }, [2, 3, 0, 0, 1, 1], new[] { false, true, false }),
            new ColumnData<int>(Column("q", DType.Int32) with { Shape = [ragged, 2] }, new[] { 1, 2, 3, 4 }, [1, 2, 0, 2, 1, 2]),
            new ColumnData<int>(Column("q_shape", DType.Int32) with { Shape = [2] }, new[] { 1, 2, 0, 2, 1, 2 }),
            TextColumnData.FromLists(Column("bands", DType.String) with { Shape = [ragged] }, [["g", "r"], [], ["é"]]),
            new TextColumnData(Column("band", DType.String) with { Shape = [1] }, "grz"u8.ToArray(), new[] { 0, 1, 2, 3 })]));
        Assert.Equal("""
            p 1.0 2.0 3.0 4.0 5.0 6.0,,7.0
            p_shape 2 3,0 0,1 1
            q 1 2,,3 4
            q_shape 1 2,0 2,1 2
            bands ["g","r"],[],["\u00E9"]
            band g,r,z

            """, Python.Run("""
            import sys
            import numpy as np
            from astropy.io import fits
            rows = fits.getdata(sys.argv[1], 1)
            for name in rows.names:
                print(name, ','.join(str(v) if isinstance(v, str) else ' '.join(str(x) for x in np.ravel(v)) for v in rows[name]))
            """, folder["t.fits"]).ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("t.csv.gz")]
    [InlineData("t.ecsv")]
    [InlineData("t.fits")]
    [InlineData("t.vot")]
    [InlineData("t.parquet")]
    public async Task The_same_rows_give_the_same_bytes(string name)
    {
        await WriteAsync(name, Batch(withVectors: true));
        byte[] first = await File.ReadAllBytesAsync(folder[name], TestContext.Current.CancellationToken);
        await WriteAsync(name, Batch(withVectors: true), new() { Overwrite = true });
        Assert.Equal(first, await File.ReadAllBytesAsync(folder[name], TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task An_existing_file_is_rejected_and_a_failed_one_is_removed()
    {
        await File.WriteAllTextAsync(folder["t.csv"], "old", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<OutputExistsException>(() => WriteAsync("t.csv", Batch(false)));
        foreach (string name in (string[])["t.csv", "u.fits", "u.vot", "u.parquet"])
        {
            await Assert.ThrowsAsync<TimeoutException>(() => TableWriter.WriteAsync(folder[name], Schemas(Batch(false)), Failing(),
                new() { Overwrite = true }, TestContext.Current.CancellationToken));
            Assert.Equal(["t.csv"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
        }
        Assert.Equal("old", await File.ReadAllTextAsync(folder["t.csv"], TestContext.Current.CancellationToken));

        static async IAsyncEnumerable<RowBatch> Failing()
        {
            await Task.Yield();
            yield return Batch(false);
            throw new TimeoutException();
        }
    }

    [Fact]
    public async Task Values_that_a_format_does_not_support_are_rejected()
    {
        ColumnSchema text = new() { Name = "s", DType = DType.String };
        Assert.Contains("'γ' is not ASCII",
            (await Assert.ThrowsAsync<ValueInvalidException>(() =>
                WriteAsync("t.fits", new([TextColumnData.From(text, ["a", "γ"])])))).Message, StringComparison.Ordinal);
        Assert.Contains("control characters",
            (await Assert.ThrowsAsync<ValueInvalidException>(() =>
                WriteAsync("t.vot", new([TextColumnData.From(text, ["a\u0001"])])))).Message, StringComparison.Ordinal);
        ColumnSchema big = new() { Name = "u", DType = DType.UInt64 };
        await Assert.ThrowsAsync<ValueInvalidException>(() =>
            WriteAsync("t.vot", new([new ColumnData<ulong>(big, new[] { ulong.MaxValue })])));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync("t.parquet",
            new([new ColumnData<ulong>(big, new ulong[1]), new ColumnData<ulong>(big with { Name = "U" }, new ulong[1])])));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync("t.txt", Batch(false)));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("'my unit'", "my unit")]
    [InlineData("count/'Å'", "count/Angstrom")]
    [InlineData("'", "arcmin")]
    public async Task Units_of_the_VO_are_written_in_the_form_of_FITS(string unit, string expected)
    {
        RowBatch batch = new([new ColumnData<double>(Column("x", DType.Float64) with { Unit = unit }, new[] { 1.5 })]);
        await WriteAsync("t.fits", batch);
        Assert.Equal(expected, Python.Run("import sys; from astropy.io import fits; print(fits.getheader(sys.argv[1], 1)['TUNIT1'])",
            folder["t.fits"]).Trim());
        await WriteAsync("t.vot", batch);
        using ITableReader votable = Tables.Open(folder["t.vot"]);
        Assert.Equal(unit, votable.Columns[0].Unit);
    }

    [Fact]
    public async Task Nulls_in_fits_use_an_unused_value()
    {
        ColumnSchema schema = new() { Name = "n", DType = DType.UInt8, Nullable = true };
        await WriteAsync("t.fits", new([new ColumnData<byte>(schema, new byte[] { 255, 0, 7 }, new[] { false, true, false })]));
        Assert.Equal("255 -- 7", Python.Run("import sys; from astropy.table import Table; print(*Table.read(sys.argv[1])['n'])",
            folder["t.fits"]).Trim());
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i), 0];
        bool[] isLast = [.. all.Select((_, i) => i == 256)];
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync("u.fits", new([new ColumnData<byte>(schema, all, isLast)])));
    }

    public void Dispose() => folder.Dispose();

    private Task<long> WriteAsync(string name, RowBatch batch, TableWriteOptions? options = null) =>
        TableWriter.WriteAsync(folder[name], Schemas(batch), One(batch), options, TestContext.Current.CancellationToken);

    private static ImmutableArray<ColumnSchema> Schemas(RowBatch batch) => [.. batch.Columns.Select(c => c.Schema)];

    private static async IAsyncEnumerable<RowBatch> One(RowBatch batch)
    {
        await Task.Yield();
        yield return batch;
    }

    private static RowBatch Batch(bool withVectors)
    {
        bool[] second = [false, true, false];
        List<ColumnData> columns =
        [
            TextColumnData.From(Column("id", DType.String) with { Ucd = "meta.id;meta.main",
                Description = "Name: the \"usual\" one, <i> & so on" }, ["007", null, " a, \"b\" & <c> "]),
            new ColumnData<double>(Column("ra", DType.Float64) with { Unit = "deg", Ucd = "pos.eq.ra;meta.main" },
                new[] { 0.1, double.NaN, 359.99999999999994 }, second),
            new ColumnData<float>(Column("flux", DType.Float32) with { Unit = "erg.s**-1.cm**-2" }, new float[] { 1.1f, -3e-30f, 0 }),
            new ColumnData<long>(Column("big", DType.Int64), new long[] { 9007199254740993, 0, -1 }, second),
            new ColumnData<short>(Column("n", DType.Int16), new short[] { 5, 0, -7 }, second),
            new ColumnData<bool>(Column("ok", DType.Bool), new[] { true, false, false }),
        ];
        if (withVectors)
        {
            columns.Add(new ColumnData<byte>(Column("u1", DType.UInt8), new byte[] { 0, 128, 255 }));
            columns.Add(new ColumnData<uint>(Column("u4", DType.UInt32), new uint[] { 0, 1, uint.MaxValue }));
            columns.Add(new ColumnData<double>(Column("v", DType.Float64) with { Shape = [2], Unit = "mas/yr" },
                new double[] { 1.5, 2, 3, 4, 5, 6 }));
            columns.Add(new ColumnData<int>(Column("m", DType.Int32) with { Shape = [2, 3] }, Enumerable.Range(0, 18).ToArray()));
        }
        return new RowBatch(columns);
    }

    private static ColumnSchema Column(string name, DType type) => new() { Name = name, DType = type };
}
