using System.Text;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>The frame of positions in written tables, and that of columns which were copied from a source.</summary>
public sealed class FrameOutTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("t.vot")]
    [InlineData("t.parquet")]
    [InlineData("t.fits")]
    [InlineData("t.ecsv")]
    [InlineData("t.csv")]
    public async Task Copied_positions_of_an_old_equinox_are_read_as_FK4(string name)
    {
        await WriteAsync(name, new() { Frame = "ICRS" }, "ra", "dec", "_RAB1950", "_DEB1950");
        Assert.Equal("ICRS", FrameIn(name, "ra", "dec"));
        Assert.Equal("FK4", FrameIn(name, "_RAB1950", "_DEB1950"));
    }

    [Theory]
    [InlineData("t.vot")]
    [InlineData("t.parquet")]
    [InlineData("t.fits")]
    [InlineData("t.ecsv")]
    [InlineData("t.csv")]
    public async Task Copied_positions_of_an_old_equinox_in_a_match_are_read_as_FK4(string name)
    {
        await WriteAsync(name, new() { Frame = "ICRS", FrameColumns = ["a_ra", "a_dec"] }, "a_ra", "a_dec", "a__RAB1950", "a__DEB1950");
        Assert.Equal("ICRS", FrameIn(name, "a_ra", "a_dec"));
        Assert.Equal("FK4", FrameIn(name, "a__RAB1950", "a__DEB1950"));
    }

    [Theory] // as astropy reads them
    [InlineData(2016.0, "ra ICRS J2016.0 dec ICRS J2016.0")]
    [InlineData(null, "ra ICRS None dec ICRS None")]
    public async Task Only_the_position_of_a_VOTable_refers_to_the_frame(double? year, string expected)
    {
        await WriteAsync("t.vot", new() { Frame = "ICRS", EpochYear = year }, "ra", "dec", "RAdeg", "DEdeg");
        Assert.Equal(expected, Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            from astropy.io.votable import parse
            r = parse(sys.argv[1]).resources[0]
            systems = {s.ID: s for s in r.coordinate_systems}
            print(*[f'{f.name} {systems[f.ref].system} {systems[f.ref].epoch}' for f in r.tables[0].fields if f.ref])
            """, folder["t.vot"]).Trim());
    }

    [Theory] // a COOSYS to which no field refers is that of all fields
    [InlineData("t.vot")]
    [InlineData("t.parquet")]
    [InlineData("t.fits")]
    [InlineData("t.ecsv")]
    public async Task Tables_without_the_position_state_no_frame(string name)
    {
        await WriteAsync(name, new() { Frame = "ICRS" }, "RAdeg", "DEdeg");
        string text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(folder[name], TestContext.Current.CancellationToken));
        Assert.DoesNotContain("ICRS", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_RAB1950", "ICRS", true)]
    [InlineData("DE1950", "FK5", true)]
    [InlineData("RA1900", "FK4", true)]
    [InlineData("a__RAB1950", "ICRS", true)]
    [InlineData("b_DE1900", "ICRS", true)]
    [InlineData("RAB1950", "FK5 J1950", false)] // possible: of the same equinox
    [InlineData("RAB1950", "FK4-NO-E", false)]
    [InlineData("RAB1950", "GAPPT", false)]
    [InlineData("RAJ2000", "FK4", false)]
    [InlineData("elon", "ICRS", false)]
    public void A_name_can_have_another_equinox_than_the_header(string name, string declared, bool isOther) =>
        Assert.Equal(isOther, FrameWords.IsOfOtherEquinox(new ColumnSchema { Name = name, DType = DType.Float64 }, declared));

    private string FrameIn(string name, string ra, string dec)
    {
        using ITableReader table = Tables.Open(folder[name]);
        PositionOptions options = new() { RaColumn = ra, DecColumn = dec };
        return new PositionReader(table, PositionColumns.Find(table.Columns, options), options).Frame.ToString();
    }

    private Task<long> WriteAsync(string name, TableAbout about, params string[] columns)
    {
        ColumnData[] data = [.. columns.Select(c => new ColumnData<double>(new ColumnSchema
        {
            Name = c,
            DType = DType.Float64,
            Unit = "deg",
            Ucd = c.Contains("DE", StringComparison.OrdinalIgnoreCase) ? "pos.eq.dec" : "pos.eq.ra",
        }, (double[])[1.5, 2.5]))];
        return TableWriter.WriteAsync(folder[name], [.. data.Select(c => c.Schema)], One(new RowBatch(data)),
            new TableWriteOptions { About = about }, TestContext.Current.CancellationToken);
    }

    private static async IAsyncEnumerable<RowBatch> One(RowBatch batch)
    {
        await Task.Yield();
        yield return batch;
    }
}
