using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Times of layers are in UTC, whatever the scale is that a table declares.</summary>
public sealed class LayerTimeScaleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public LayerTimeScaleTests(RepeatedBuilds builds)
    {
        File.WriteAllText(folder["n.csv"], "object_id,mag\n0,0\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n");
        builds.OfTable(folder["n.csv"], folder["d"], "--partition", "hash", "--id", "object_id");
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["d"]).ExitCode);
    }

    public void Dispose() => folder.Dispose();

    [Theory] // the third time is a leap second in TAI, which is the next midnight
    [InlineData("ecsv", "tai")]
    [InlineData("ecsv", "tt", Traits = ["Run", "Long"])]
    [InlineData("ecsv", "tdb")]
    [InlineData("ecsv", "tcb", Traits = ["Run", "Long"])]
    [InlineData("ecsv", "tcg", Traits = ["Run", "Long"])]
    [InlineData("ecsv", "utc")]
    [InlineData("fits", "tai")]
    [InlineData("fits", "tt", Traits = ["Run", "Long"])]
    [InlineData("vot", "tai")]
    [InlineData("vot", "tt", Traits = ["Run", "Long"])]
    [InlineData("parquet", "tai")]
    public void Times_are_converted_as_by_astropy(string format, string scale)
    {
        string table = folder[$"t.{format}"];
        Python.Run("""
            import sys
            from astropy.io import fits
            from astropy.table import Table
            from astropy.time import Time
            path, format, scale = sys.argv[1:]
            texts = ['2020-01-01T00:00:00.000000', '1999-01-01T00:00:31.999999', '2017-01-01T00:00:36.500000', '2017-01-01T00:00:37.000001',
                     '1972-07-01T12:00:00.250000', '2026-11-29T07:30:00.123456', '2016-12-31T12:00:00.000000']
            table = Table({'object_id': range(7), 't': texts})
            if format in ('ecsv', 'parquet'):
                table['t'] = Time(texts, scale=scale, format='isot', precision=6)
                table.write(path.replace('.parquet', '.ecsv'))
            elif format == 'fits':
                table.meta['TIMESYS'] = scale.upper()
                table.write(path)
            else:
                fields = '<FIELD name="object_id" datatype="int"/><FIELD name="t" datatype="char" arraysize="*" ref="s"/>'
                rows = ''.join(f'<TR><TD>{i}</TD><TD>{text}</TD></TR>' for i, text in enumerate(texts))
                open(path, 'w').write('<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE>'
                    f'<TIMESYS ID="s" timescale="{scale.upper()}" refposition="TOPOCENTER"/>'
                    f'<TABLE>{fields}<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>')
            """, table, format, scale);
        if (format == "parquet") // has the scale from the dataset
        {
            Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.ecsv"], "--out", folder["p"], "--partition", "hash", "--id",
                "object_id").ExitCode);
            ProgramResult query = PileProgram.Run("query", folder["p"], "--columns", "object_id,t", "--out", table);
            Assert.True(query.ExitCode == 0, query.Error);
        }
        ProgramResult set = Set(table);
        Assert.True(set.ExitCode == 0, set.Error);
        Assert.Equal("equal", Python.Run("""
            import json, sys, warnings
            import numpy as np
            from astropy.time import Time
            warnings.simplefilter('ignore')
            scale, found = sys.argv[1], json.loads(sys.argv[2])
            texts = ['2020-01-01T00:00:00.000000', '1999-01-01T00:00:31.999999', '2017-01-01T00:00:36.500000', '2017-01-01T00:00:37.000001',
                     '1972-07-01T12:00:00.250000', '2026-11-29T07:30:00.123456', '2016-12-31T12:00:00.000000']
            utc = [Time(text, scale=scale, precision=6).utc for text in texts]
            expected = [round(t.mjd) if ':60' in t.isot else t.mjd for t in utc]
            error = np.abs(np.array([row['t'] for row in found]) - expected).max() * 86400e6
            print('equal' if error < (2 if scale in ('utc', 'tai', 'tt') else 12) else (error, found, expected))
            """, scale, PileProgram.Run("query", folder["d"], "--layer", folder["l"], "--columns", "t", "--sort", "object_id", "--json")
            .Output).Trim());
    }

    [Theory]
    [InlineData("UT1", "", "2020-01-01T00:00:00", "times are UT1, which are not converted to UTC")]
    [InlineData("LOCAL", "", "2020-01-01T00:00:00", "times are LOCAL, which are not converted to UTC", Traits = ["Run", "Long"])]
    [InlineData("TDB", "BARYCENTER", "2020-01-01T00:00:00", "times are TDB at BARYCENTER, which are not converted to UTC")]
    [InlineData("UTC", "HELIOCENTER", "2020-01-01T00:00:00", "times are UTC at HELIOCENTER, which are not converted to UTC",
        Traits = ["Run", "Long"])]
    [InlineData("TAI", "", "2020-01-01T00:00:00Z", "row 0, column 't': '2020-01-01T00:00:00Z' is not a time in TAI")]
    [InlineData("TAI", "", "2016-12-31T23:59:60", "row 0, column 't': '2016-12-31T23:59:60' is not a time in TAI")]
    [InlineData("TAI", "", "2016-12-31T24:00:00", "row 0, column 't': '2016-12-31T24:00:00' is not a time in TAI",
        Traits = ["Run", "Long"])]
    [InlineData("TAI", "", "2020-01-01T00:00:00.0000001", "row 0, column 't': '2020-01-01T00:00:00.0000001' is not a time in TAI")]
    [InlineData("TT", "", "1971-12-31T00:00:00", "row 0, column 't': '1971-12-31T00:00:00' is not a time in TT since 1972")]
    public void Times_that_are_not_converted_are_named(string scale, string place, string text, string expected)
    {
        string position = place.Length > 0 ? $" refposition=\"{place}\"" : "";
        File.WriteAllText(folder["t.vot"], "<VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\"><RESOURCE>"
            + $"<TIMESYS ID=\"s\" timescale=\"{scale}\"{position}/><TABLE><FIELD name=\"object_id\" datatype=\"int\"/>"
            + "<FIELD name=\"t\" datatype=\"char\" arraysize=\"*\" ref=\"s\"/><DATA><TABLEDATA>"
            + $"<TR><TD>1</TD><TD>{text}</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>");
        ProgramResult set = Set(folder["t.vot"]);
        Assert.Equal(1, set.ExitCode);
        Assert.Contains(expected, set.Error, StringComparison.Ordinal);
    }

    private ProgramResult Set(string table) =>
        PileProgram.Run("layer", "set", folder["l"], table, "--as", "t=time", "--message", "m");
}
