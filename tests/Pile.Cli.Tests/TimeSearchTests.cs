using System.Globalization;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Searches by time in tables whose times have different scales, against astropy.</summary>
public sealed class TimeSearchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("utc")]
    [InlineData("tai", Traits = ["Run", "Long"])]
    [InlineData("tt", Traits = ["Run", "Long"])]
    [InlineData("tdb")]
    public void Rows_of_a_day_and_of_an_interval_are_those_of_astropy(string scale)
    {
        string[] expected = Python.Run("""
            import sys
            import numpy as np
            from astropy.table import Table
            from astropy.time import Time
            scale, path = sys.argv[1:]
            rng = np.random.default_rng(2)
            n = 4000
            # around the beginning and the end of the day, every half second, and anywhere
            mjd = np.concatenate([58908 + np.arange(-100, 100) / 172800, 58909 + np.arange(-100, 100) / 172800,
                                  58900 + 20 * rng.random(n - 400)])
            t = Table({'id': np.arange(n), 'ra': 360 * rng.random(n), 'dec': 80 * rng.random(n)})
            t['mjd'] = Time(mjd, format='mjd', scale=scale)
            t.write(path, format='ascii.ecsv')
            utc = Time(mjd, format='mjd', scale=scale).utc
            a, b = Time(['2020-02-29T00:00:00', '2020-03-01T00:00:00'], scale='utc')
            print(int(((utc >= a) & (utc < b)).sum()))
            a, b = Time([58908.25, 58912.5], format='mjd', scale='utc')
            print(int(((utc >= a) & (utc <= b)).sum()))
            """, scale, folder["t.ecsv"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        PileProgram.RunToJson("build", "--from", folder["t.ecsv"], "--out", folder["d"]);
        string[] found = [.. ((string[])["2020-02-29", "58908.25/58912.5"]).Select(time => PileProgram.RunToJson("query", folder["d"],
            "--time", time, "--columns", "object_id").GetArrayLength().ToString(CultureInfo.InvariantCulture))];
        Assert.Equal(expected, found);
    }

    [Fact] // 2016-12-31 has a leap second: astropy and SOFA spread its MJD over 86,401 s
    public void Times_in_UTC_of_a_day_with_a_leap_second_are_found_by_their_text()
    {
        string[] texts = ["2016-12-31T12:00:00", "2016-12-31T23:59:59", "2016-12-31T23:59:60.5", "2017-01-01T00:00:00"];
        (string Interval, int[] Rows)[] cases =
        [
            ("2016-12-31T12:00:00/2016-12-31T12:00:01", [0]), ("2016-12-31T11:59:59.1/2016-12-31T11:59:59.9", []),
            ("2016-12-31T23:59:59/2016-12-31T23:59:60", [1]), ("2016-12-31T23:59:58/2016-12-31T23:59:58.9", []),
            ("2016-12-31T23:59:60/2017-01-01", [2, 3]), ("2016-12-31T23:59:60.4/2016-12-31T23:59:60.6", [2]),
            ("2016-12-31", [0, 1, 2]), ("2016-12-31T23:59:60/2016-12-31", [2]), ("../2016-12-31T23:59:60", [0, 1]),
            ("2017-01-01T08:59:60.5+09:00", [2]), ("2017-01-01T00:00:00/..", [3]),
        ];
        Python.Run("""
            import sys
            from astropy.table import Table
            from astropy.time import Time
            t = Time(sys.argv[2:], scale='utc')
            table = Table({'id': range(len(t)), 'ra': [1.0] * len(t), 'dec': [1.0] * len(t)})
            table['mjd'] = Time(t.mjd, format='mjd', scale='utc')
            table.write(sys.argv[1], format='ascii.ecsv')
            """, [folder["t.ecsv"], .. texts]);
        PileProgram.RunToJson("build", "--from", folder["t.ecsv"], "--out", folder["d"]);
        foreach ((string interval, int[] rows) in cases)
            Assert.Equal((interval, string.Join(' ', rows)), (interval, string.Join(' ', PileProgram.RunToJson("query", folder["d"],
                "--time", interval, "--columns", "object_id", "--sort", "object_id").EnumerateArray()
                .Select(row => row.GetProperty("object_id").GetInt64()))));
        Assert.Contains("ends before it starts", PileProgram.RunToError(2, "query", folder["d"], "--time",
            "2016-12-31T23:59:60.6/2016-12-31T23:59:60.4"), StringComparison.Ordinal);
    }

    [Theory] // 2016-12-31 has a leap second (IERS Bulletin C 52)
    [InlineData("tai")]
    [InlineData("tt")]
    [InlineData("tdb")]
    public void Times_of_a_day_with_a_leap_second_are_exact_in_scales_without_them(string scale)
    {
        string[] intervals = ["2016-12-31T23:59:60/2016-12-31T23:59:60.999", "2016-12-31T23:59:60/..", "../2016-12-31T23:59:60.5Z",
            "2017-01-01T00:00:00/..", "2016-12-31T12:00:00/2016-12-31T12:00:01", "2016-12-31T23:59/2017-01-01"];
        string[] expected = Python.Run("""
            import sys
            import numpy as np
            from astropy.table import Table
            from astropy.time import Time, TimeDelta
            scale, path = sys.argv[1:3]
            start = Time('2016-12-31T12:00:00', scale='utc').tai
            # every 0.1 s around noon and midnight, between the limits of the intervals
            t = start + TimeDelta(np.concatenate([np.arange(-30, 30), 432000 + np.arange(-40, 40)]) / 10 + 0.05, format='sec')
            n = len(t)
            table = Table({'id': np.arange(n), 'ra': np.arange(n) * 1.0, 'dec': np.zeros(n)})
            table['mjd'] = Time(getattr(t, scale).mjd, format='mjd', scale=scale)
            table.write(path, format='ascii.ecsv')
            for interval in sys.argv[3:]:
                a, b = [None if x == '..' else Time(x.rstrip('Z') + (':00' if len(x) == 16 else ''), scale='utc').tai
                        for x in interval.split('/')]
                end = b + TimeDelta(86400, format='sec') if interval.endswith('-01') else b
                print(int(((t >= (a or t[0])) & (t <= (end or t[-1]))).sum()))
            """, [scale, folder["t.ecsv"], .. intervals]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        PileProgram.RunToJson("build", "--from", folder["t.ecsv"], "--out", folder["d"]);
        Assert.Equal(expected, intervals.Select(time => PileProgram.RunToJson("query", folder["d"], "--time", time, "--columns",
            "object_id").GetArrayLength().ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_missing_time_is_the_other_one_and_times_in_the_wrong_order_are_exchanged()
    {
        string[] intervals = ["57754.25", "57754.5", "57754/57755", "57754.75/57755", "57756/..", "../57754"];
        string[] expected = Python.Run("""
            import sys
            import numpy as np
            from astropy.table import MaskedColumn, Table
            start = np.array([57754.5, 57754.5, 57754.2, 57754.8, np.nan, np.nan, 57753.9, 57754.0, 57756.5])
            end = np.array([np.nan, 57754.5, 57754.6, 57754.2, 57754.5, np.nan, 57754.0, np.nan, 57756.1])
            # a missing end is NaN in one half of the rows, and null in the other
            for nulls, path in (0, sys.argv[1]), (1, sys.argv[2]):
                t = Table({'id': np.arange(9), 'ra': np.arange(9.0), 'dec': np.zeros(9)})
                t['mjd'], t['mjd_end'] = (MaskedColumn(v, mask=np.isnan(v) & bool(nulls), unit='d') for v in (start, end))
                t.write(path)
            first, last = np.fmin(start, end), np.fmax(start, end)
            for interval in sys.argv[3:]:
                parts = [float(x) if x != '..' else np.inf for x in interval.split('/')]
                a, b = (parts[0] if interval[0] != '.' else -np.inf), parts[-1]
                ends_day = (last == a) & (first < a) & (a == np.floor(a))
                print(*np.flatnonzero((first <= b) & (last >= a) & ~ends_day))
            """, [folder["nan.fits"], folder["null.csv"], .. intervals]).Split('\n')[..^1];
        foreach (string table in (string[])["nan.fits", "null.csv"])
        {
            File.WriteAllText(folder["t.yaml"], $$"""
                pile: 1
                name: times
                modality: catalogue
                provenance: { project: p, survey: s, instrument: i, release: "1" }
                licence: CC0-1.0
                citation: none
                source: { kind: table, files: {{table}}, id: id }
                native: { mjd: { unit: d, time: { scale: UTC } }, mjd_end: { unit: d, time: { scale: UTC } } }
                """);
            PileProgram.RunToJson("build", folder["t.yaml"], "--out", folder[table + ".d"]);
            Assert.Equal(expected, intervals.Select(time => string.Join(' ', PileProgram.RunToJson("query", folder[table + ".d"],
                "--time", time, "--columns", "object_id", "--sort", "object_id").EnumerateArray()
                .Select(row => row.GetProperty("object_id").GetInt64()))));
        }
    }

    [Theory]
    [InlineData("mjd", "declares no time scale for it")]
    [InlineData("MJD", "calls it 'MJD'; rename it when the dataset is built")]
    [InlineData("date", "has no such column")]
    public void Times_without_a_scale_are_an_error_that_names_a_condition(string column, string finding)
    {
        File.WriteAllText(folder["t.csv"], $"id,ra,dec,{column}\n1,10,20,58000.5\n");
        PileProgram.RunToJson("build", "--from", folder["t.csv"], "--out", folder["d"]);
        string error = PileProgram.RunToError(2, "query", folder["d"], "--time", "58000/58001");
        Assert.Contains(finding, error, StringComparison.Ordinal);
        Assert.Contains("mjd >= 58000 AND mjd < 58001", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_that_does_not_exist_is_an_error()
    {
        File.WriteAllText(folder["t.vot"], """
            <VOTABLE version="1.4"><RESOURCE><TIMESYS ID="u" timescale="UTC" refposition="TOPOCENTER" timeorigin="MJD-origin"/><TABLE>
            <FIELD name="id" datatype="int"/><FIELD name="ra" datatype="double" unit="deg" ucd="pos.eq.ra;meta.main"/>
            <FIELD name="dec" datatype="double" unit="deg" ucd="pos.eq.dec;meta.main"/>
            <FIELD name="mjd" datatype="double" unit="d" ref="u"/>
            <DATA><TABLEDATA><TR><TD>1</TD><TD>1</TD><TD>1</TD><TD>57754</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
            """);
        PileProgram.RunToJson("build", "--from", folder["t.vot"], "--out", folder["d"]);
        // IERS Bulletin C 52: a leap second at the end of December 2016; Bulletin C 50: none at the end of December 2015.
        Assert.Equal(1, PileProgram.RunToJson("query", folder["d"], "--time", "2016-12-31T23:59:60/2017-01-01", "--columns", "object_id")
            .GetArrayLength());
        foreach (string time in (string[])["2015-12-31T23:59:60", "2015-12-30T23:59:60Z/..", "2015-01-01/2016-01-01T08:59:60+09:00"])
            Assert.Contains("has no leap second", PileProgram.RunToError(2, "query", folder["d"], "--time", time),
                StringComparison.Ordinal);
    }

    [Fact]
    public void Casts_are_a_list_too()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec,g,mag\n1,10,20,3,4.5\n");
        PileProgram.RunToJson("build", "--from", folder["t.csv"], "--out", folder["d"], "--cast", "g=int8,mag=float32");
        JsonElement columns = PileProgram.RunToJson("info", folder["d"]).GetProperty("columns");
        Assert.Equal(["int8", "float32"], columns.EnumerateArray().Where(c => c.GetProperty("name").GetString() is "g" or "mag")
            .Select(c => c.GetProperty("dtype").GetString()));
    }
}
