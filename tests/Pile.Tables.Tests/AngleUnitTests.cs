using System.Globalization;
using System.Security;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Units of columns of positions.</summary>
public sealed class AngleUnitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory] // the first is how IMCCE's Miriade writes VOTables, the second how VizieR writes tables
    [InlineData("h min s", "deg arcmin arcsec")]
    [InlineData("\"h:m:s\"", "\"d:m:s\"")]
    [InlineData("hms", "dms")]
    [InlineData("hour min sec", "deg min sec")]
    [InlineData("hh:mm:ss", "dd:mm:ss")]
    [InlineData("HH MM SS", "DD MM SS")]
    [InlineData("deg arcmin arcsec", "deg arcmin arcsec")]
    public async Task Units_of_sexagesimal_text_are_known(string raUnit, string decUnit)
    {
        Write("char", raUnit, decUnit, "+12 15 43.37428", "-02 42 24.9255", "+00 00 01.5", "-00 00 01.5");
        double[] expected = [.. Python.Run("""
            import sys
            from astropy.coordinates import Angle
            for ra, dec in (('+12 15 43.37428', '-02 42 24.9255'), ('+00 00 01.5', '-00 00 01.5')):
                print(repr(Angle(ra, sys.argv[1]).deg), repr(Angle(dec, 'deg').deg))
            """, raUnit[0] == 'd' ? "deg" : "hourangle").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(a => double.Parse(a, CultureInfo.InvariantCulture))];
        foreach (RaUnit? given in (RaUnit?[])[null, raUnit[0] == 'd' ? RaUnit.Degrees : RaUnit.Sexagesimal])
        {
            double[] found = await ReadAsync(given);
            Assert.Equal(4, found.Length);
            for (int i = 0; i < found.Length; i++)
                Assert.Equal(expected[i], found[i], 1e-12);
        }
    }

    [Fact]
    public async Task Text_in_an_unknown_unit_is_read_as_the_error_advises()
    {
        Write("char", "clock", "dial", "12 34 56.7", "-00 30 36");
        Assert.Equal("Column 'ra' has the unit 'clock', which is not a unit of angles. Specify the unit of right ascension with "
            + "PositionOptions.RaUnit.", (await Assert.ThrowsAsync<ArgumentException>(() => ReadAsync(null))).Message);
        Assert.Equal("188.73625 -0.51", string.Join(' ', await ReadAsync(RaUnit.Sexagesimal)));
        Write("char", "deg", "dial", "12 34 56.7", "-00 30 36");
        Assert.Equal("Column 'dec' has the unit 'dial', which is not a unit of angles. Convert the column to degrees, or to text in "
            + "degrees, minutes and seconds with the unit 'd:m:s'.",
            (await Assert.ThrowsAsync<ArgumentException>(() => ReadAsync(null))).Message);
    }

    [Fact]
    public async Task Numbers_with_a_sexagesimal_unit_are_read_as_the_error_advises()
    {
        Write("double", "h min s", "deg", "12", "5");
        Assert.Equal("Column 'ra' contains numbers, but its unit is 'h min s'. Specify the unit with PositionOptions.RaUnit.",
            (await Assert.ThrowsAsync<ArgumentException>(() => ReadAsync(null))).Message);
        Assert.Equal("180 5", string.Join(' ', await ReadAsync(RaUnit.Hours)));
        Write("double", "deg", "d:m:s", "12", "5");
        Assert.Equal("Column 'dec' contains numbers, but its unit is 'd:m:s'. Convert the column to degrees, and correct its unit.",
            (await Assert.ThrowsAsync<ArgumentException>(() => ReadAsync(null))).Message);
    }

    [Fact] // of SIMBAD: '13 54 +37.2' has a precision of arcminutes, and is +37°12'
    public async Task A_declination_of_low_precision_is_degrees_with_a_fraction()
    {
        Write("char", "\"h:m:s\"", "\"d:m:s\"", "13 58 37.9", "+37 25 28.1", "13 54", "+37.2", "13 54", "-00 30");
        double[] found = await ReadAsync(null);
        Assert.Equal([208.5, 37.2, 208.5, -0.5], found[2..]);
        Write("char", "\"h:m:s\"", "\"d:m:s\"", "13.5", "+37 25 28.1");
        Assert.Contains("row 0, column 'ra': '13.5' is not",
            (await Assert.ThrowsAsync<ValueInvalidException>(() => ReadAsync(null))).Message, StringComparison.Ordinal);
    }

    private void Write(string datatype, string raUnit, string decUnit, params string[] cells)
    {
        string attributes = datatype == "char" ? "datatype='char' arraysize='*'" : $"datatype='{datatype}'";
        string rows = string.Concat(cells.Chunk(2).Select(row => $"<TR><TD>{row[0]}</TD><TD>{row[1]}</TD></TR>"));
        File.WriteAllText(folder["t.vot"], $"<VOTABLE version='1.4'><RESOURCE><TABLE>"
            + $"<FIELD name='ra' {attributes} unit='{SecurityElement.Escape(raUnit)}'/>"
            + $"<FIELD name='dec' {attributes} unit='{SecurityElement.Escape(decUnit)}'/>"
            + $"<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>");
    }

    /// <summary>Returns right ascension and declination, row by row.</summary>
    private async Task<double[]> ReadAsync(RaUnit? unit)
    {
        using ITableReader table = Tables.Open(folder["t.vot"]);
        PositionReader reader = new(table, PositionColumns.Find(table.Columns), new PositionOptions { RaUnit = unit });
        List<double> found = [];
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            PositionBatch positions = reader.Read(batch);
            for (int row = 0; row < batch.RowCount; row++)
                found.AddRange([positions.RaDeg.Span[row], positions.DecDeg.Span[row]]);
        }
        return [.. found];
    }
}
