using System.Globalization;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Time scales in what <c>pile</c> writes.</summary>
public sealed class TimeScaleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Columns_of_a_pair_table_keep_their_time_scales()
    {
        Build("a", "TAI");
        Build("b", "TDB");
        foreach (string file in (string[])["pairs.ecsv", "pairs.fits"])
            PileProgram.RunToJson("crossmatch", folder["a"], folder["b"], "--radius", "1", "--columns", "a.mjd,b.mjd", "--out",
                folder[file]);
        Assert.Equal("TAI 0 start of the observation, MJD in TAI\nTDB 0 start of the observation, MJD in TDB\ntai 59000.5\ntdb 59000.5\n",
            Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            from astropy.table import Table
            text, times = Table.read(sys.argv[1]), Table.read(sys.argv[2], astropy_native=True)
            for name in ['a_mjd', 'b_mjd']:
                print(text[name].meta['time_scale'], text[name].meta['time_zero_mjd'], text[name].description)
            for name in ['a_mjd', 'b_mjd']:
                print(times[name].scale, times[name].mjd[0])
            """, folder["pairs.ecsv"], folder["pairs.fits"]));
    }

    [Theory]
    [InlineData("vot")]
    [InlineData("parquet")] // with the fast start, from positions.parquet
    public void Time_systems_are_declared_in_a_VOTable(string format)
    {
        Build("a", "TAI");
        Build("b", "TDB");
        PileProgram.RunToJson("crossmatch", folder["a"], folder["b"], "--radius", "1", "--columns", "a.mjd,b.mjd", "--out",
            folder[$"pairs.{format}"]);
        PileProgram.RunToJson("query", folder["b"], "--columns", "mjd", "--out", folder[$"query.{format}"]);
        Assert.Equal("a_mjd TAI UNKNOWN MJD-origin\nb_mjd TDB UNKNOWN MJD-origin\nmjd TDB UNKNOWN MJD-origin\n", Python.Run("""
            import io, re, sys, warnings
            warnings.simplefilter('ignore')
            from astropy.io.votable import parse
            for path in sys.argv[1:]:
                data = open(path, 'rb').read()
                start = data.index(b'<?xml')
                votable = parse(io.BytesIO(data[start:data.index(b'</VOTABLE>') + 10]))
                systems = {s.ID: s for r in votable.resources for s in r.time_systems}
                for field in votable.get_first_table().fields:
                    if field.ref in systems:
                        s = systems[field.ref]
                        print(field.name, s.timescale, s.refposition, s.timeorigin)
            """, folder[$"pairs.{format}"], folder[$"query.{format}"]));
    }

    [Fact]
    public void Times_as_text_have_the_scale_that_astropy_FITS_or_VOTable_declare()
    {
        string[] expected = Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            from astropy.io import fits
            from astropy.io.votable import from_table
            from astropy.io.votable.tree import TimeSys
            from astropy.table import QTable, Table
            from astropy.time import Time
            folder = sys.argv[1]
            def table(when):
                t = QTable({'id': [1, 2, 3], 'ra': [10., 20, 30], 'dec': [1., 2, 3]})
                t['when'] = when
                return t
            utc = Time(['2016-12-31T23:59:60.250', '2020-01-02T00:00:00.500', '1999-07-04T12:00:00.000'], scale='utc')
            table(Time(utc.tai, format='mjd')).write(f'{folder}/b.fits')
            b = Table.read(f'{folder}/b.fits', astropy_native=True)['when']
            for scale in ['utc', 'tt']:
                for name in ['isot', 'iso', 'fits', 'yday', 'jyear_str', 'byear_str', 'mjd']:
                    when = Time(getattr(utc, scale), format=name)
                    if name == 'mjd': when.out_subfmt = 'str'
                    table(when).write(f'{folder}/{name}_{scale}.ecsv')
                    a = Table.read(f'{folder}/{name}_{scale}.ecsv')['when']
                    print(f'{name}_{scale}.ecsv', *[repr(float(d)) for d in (b.tdb - a.tdb).jd])
            plain = Table(table(utc.tt.isot))
            seconds = ' '.join(repr(float(d)) for d in (b.tdb - Time(list(plain['when']), scale='tt').tdb).jd)
            hdu = fits.table_to_hdu(plain)
            hdu.header['TCTYP4'] = 'TT'
            hdu.header['MJDREF'] = 50000.
            hdu.writeto(f'{folder}/text.fits')
            document = from_table(plain)
            document.version = '1.4'
            document.resources[0].time_systems.append(TimeSys(ID='ts', timeorigin=2450000.5, timescale='TT', refposition='TOPOCENTER',
                config={'version_1_4_or_later': True}))
            document.resources[0].tables[0].fields[3].ref = 'ts'
            document.to_xml(f'{folder}/text.vot')
            print('text.fits', seconds)
            print('text.vot', seconds)
            """, folder.Path).TrimEnd('\n').Split('\n');
        foreach (string[] words in expected.Select(line => line.Split(' ')))
        {
            ProgramResult match = PileProgram.Run("crossmatch", folder[words[0]], folder["b.fits"], "--radius", "1", "--time-window", "2d",
                "--out", "-", "--format", "csv");
            double[] found = [.. match.Output.TrimEnd('\n').Split('\n').Skip(1).Select(row => row.Split(','))
                .OrderBy(row => row[0], StringComparer.Ordinal).Select(row => double.Parse(row[7], CultureInfo.InvariantCulture))];
            Assert.Equal(3, found.Length);
            for (int i = 0; i < 3; i++)
                Assert.InRange(Math.Abs(found[i] - double.Parse(words[i + 1], CultureInfo.InvariantCulture)) * 86_400, 0, 5e-5);
        }
        PileProgram.RunToJson("build", "--from", folder["isot_utc.ecsv"], "--out", folder["d"]);
        Assert.Contains("times as text, UTC", PileProgram.Run("info", folder["d"]).Output, StringComparison.Ordinal);
        PileProgram.Run("query", folder["d"], "--columns", "when", "--out", folder["again.fits"]);
        Assert.Equal("utc 2016-12-31T23:59:60.250\n", Python.Run("""
            import sys
            from astropy.table import Table
            t = Table.read(sys.argv[1], astropy_native=True)['when']
            t = t[[i for i, w in enumerate(t.isot) if w.startswith('2016')]]
            print(t.scale, t.isot[0])
            """, folder["again.fits"]));
    }

    [Fact]
    public void A_format_of_astropy_that_is_not_read_as_times_is_reported()
    {
        Python.Run("""
            import sys
            from astropy.table import QTable
            from astropy.time import Time
            t = QTable({'id': [1, 2], 'ra': [10., 20], 'dec': [1., 2]})
            t['when'] = Time(Time(['2020-01-01', '2020-01-02'], scale='utc'), format='decimalyear')
            t.write(sys.argv[1])
            """, folder["t.ecsv"]);
        Assert.Contains("the column 'when' has times in astropy's format 'decimalyear', which is read as it is",
            PileProgram.Run("build", "--from", folder["t.ecsv"], "--out", folder["d"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_of_tables_have_the_scale_position_and_zero_point_that_their_files_declare()
    {
        string expected = Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            import numpy as np
            from astropy.io import fits
            from astropy.table import Table
            from astropy.time import Time
            # Seconds since MJDREF as in the event lists of satellites; MJD with TIMESYS alone; a coordinate with its own zero point.
            utc = Time([59000.125, 51179.5, 57754.25], format='mjd', scale='utc')
            columns = lambda name, values, unit: [fits.Column('ID', 'K', array=[1, 2, 3]),
                fits.Column('RA', 'D', array=[10, 20, 30.0], unit='deg'), fits.Column('DEC', 'D', array=[1, 2, 3.0], unit='deg'),
                fits.Column(name, 'D', array=values, unit=unit)]
            tables = {
                'seconds': (columns('TIME', (utc.tt.mjd - 51910 - 7.428703703703703e-04) * 86400, 's'),
                    {'TIMESYS': 'TT', 'MJDREFI': 51910, 'MJDREFF': 7.428703703703703e-04, 'TIMEREF': 'LOCAL'}),
                'START': (columns('START', (utc.tt.mjd - 51910 - 7.428703703703703e-04) * 86400, 's'), # of GTI tables and Fermi's photons
                    {'TIMESYS': 'TT', 'MJDREFI': 51910, 'MJDREFF': 7.428703703703703e-04, 'TIMEREF': 'LOCAL'}),
                'TSTART': (columns('TSTART', (utc.tt.mjd - 51910) * 86400, None), # the unit of all times
                    {'TIMESYS': 'TT', 'MJDREF': 51910., 'TIMEUNIT': 's', 'TREFPOS': 'TOPOCENT'}),
                'absolute': (columns('mjd_obs', utc.tai.mjd, 'd'), {'TIMESYS': 'TAI', 'MJDREF': 50000, 'TREFPOS': 'TOPOCENT'}),
                'default': (columns('TIME', utc.mjd - 51910.5, 'd'), {'MJDREFI': 51910, 'MJDREFF': 0.5, 'TREFPOS': 'TOPOCENT'}),
                'coordinate': (columns('T', utc.tcg.mjd - 50000, 'd'), {'TCTYP4': 'TCG', 'TCUNI4': 'd', 'TRPOS4': 'TOPOCENT',
                    'TCRPX4': 0.0, 'TCRVL4': 50000.0, 'TCDLT4': 1.0}),
            }
            for name, (of, cards) in tables.items():
                table = fits.BinTableHDU.from_columns(of)
                table.header.update(cards)
                table.writeto(f'{sys.argv[1]}/{name}.fits')
            assert Table.read(f'{sys.argv[1]}/default.fits', astropy_native=True)['TIME'].scale == 'utc'
            rows = ''.join(f'<TR><TD>{i + 1}</TD><TD>{10 * i + 10}</TD><TD>{i + 1}</TD><TD>{t!r}</TD></TR>'
                for i, t in enumerate((utc.jd1 - 2450000) + utc.jd2))
            open(f'{sys.argv[1]}/b.vot', 'w').write('<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE>'
                '<TIMESYS ID="ts" timeorigin="2450000" timescale="UTC" refposition="TOPOCENTER"/><TABLE>'
                '<FIELD name="id" datatype="long"/><FIELD name="ra" datatype="double" unit="deg"/>'
                '<FIELD name="dec" datatype="double" unit="deg"/><FIELD name="t" ref="ts" datatype="double" unit="d"/>'
                f'<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>')
            print(*tables)
            """, folder.Path);
        foreach (string name in expected.Trim().Split(' '))
        {
            PileProgram.RunToJson(["crossmatch", folder[$"{name}.fits"], folder["b.vot"], "--radius", "1", "--time-window", "1s", "--out",
                folder[$"{name}.csv"], .. name is "START" or "TSTART" ? (string[])["--a-time", name] : []]);
            double[] days = [.. File.ReadLines(folder[$"{name}.csv"]).Skip(1).Select(line =>
                double.Parse(line.Split(',')[^1], System.Globalization.CultureInfo.InvariantCulture))];
            Assert.Equal(3, days.Length);
            Assert.All(days, d => Assert.InRange(d * 86_400, -1e-4, 1e-4)); // seconds; a Julian date in float64 has 40 µs
        }
        // A scale that the file does not declare may be stated: TDB is 69 s ahead of UTC.
        PileProgram.RunToJson("crossmatch", folder["default.fits"], folder["b.vot"], "--radius", "1", "--time-window", "100s",
            "--a-time-scale", "TDB", "--out", folder["stated.csv"]);
        Assert.All(File.ReadLines(folder["stated.csv"]).Skip(1), line => Assert.InRange(
            Math.Abs(double.Parse(line.Split(',')[^1], System.Globalization.CultureInfo.InvariantCulture)) * 86_400, 60, 70));
        Assert.Contains("declares TT, but --a-time-scale is UTC", PileProgram.RunToError(2, "crossmatch", folder["seconds.fits"],
            folder["b.vot"], "--radius", "1", "--time-window", "1s", "--a-time-scale", "UTC"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_without_times_keeps_the_time_scale()
    {
        Build("a", "TAI", "1,10.5,0.5,59000.5\n2,80.5,0.5,\n");
        PileProgram.RunToJson("copy", folder["a"], folder["part"], "--where", "object_id = 2");
        Assert.True(PileProgram.RunToJson("validate", folder["part"]).GetProperty("valid").GetBoolean());
        Assert.Contains("scale: TAI", File.ReadAllText(folder["part/pile.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_declares_what_the_source_does_not_state()
    {
        File.WriteAllText(folder["t.ecsv"],
            "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n# - {name: id, datatype: int64}\n# - {name: ra, datatype: float64, unit: "
                + "deg}\n# - {name: dec, datatype: float64, unit: deg}\n"
            + "# - {name: t, datatype: float64, unit: d, meta: {ucd: time.epoch}}\n# - {name: w, datatype: float64, unit: Angstrom, meta: "
            + "{ucd: em.wl}}\nid,ra,dec,t,w\n1,10.5,0.5,1.5,6562.8\n");
        string recipe = Recipes.Text("catalogue", "kind: table\nfiles: t.ecsv");
        File.WriteAllText(folder["without.yaml"], recipe);
        File.WriteAllText(folder["with.yaml"],
            recipe + "native:\n  t: { time: { scale: TDB, reference: BARYCENTER, zero_mjd: 56999.5 } }\n  w: { spectral_medium: air }\n");
        foreach (string name in (string[])["without", "with"])
            PileProgram.RunToJson("build", folder[$"{name}.yaml"], "--out", folder[name]);
        Assert.Equal(["C010 warning t", "C010 warning w"], Findings("without"));
        Assert.Empty(Findings("with"));
        PileProgram.RunToJson("query", folder["with"], "--out", folder["q.fits"]);
        Assert.Equal("AWAV air TDB BARYCENTER 56999.5\n", Python.Run("""
            import sys
            from astropy.io import fits
            h = fits.getheader(sys.argv[1], 1)
            n = {h[f'TTYPE{i}']: i for i in range(1, h['TFIELDS'] + 1)}
            print(h[f"TCTYP{n['w']}"], h['AIRORVAC'], h[f"TCTYP{n['t']}"], h[f"TRPOS{n['t']}"], h['MJDREF'])
            """, folder["q.fits"]));

        string[] Findings(string name) => [.. PileProgram.RunToJson("validate", folder[name]).GetProperty("findings").EnumerateArray()
            .Select(f => $"{f.GetProperty("code").GetString()} {f.GetProperty("severity").GetString()} "
                + $"{f.GetProperty("column").GetString()}")];
    }

    private void Build(string name, string scale, string rows = "1,10.5,0.5,59000.5\n2,80.5,0.5,59001.5\n")
    {
        File.WriteAllText(folder[$"{name}.csv"], $"object_id,ra,dec,mjd\n{rows}");
        File.WriteAllText(folder[$"{name}.yaml"],
            Recipes.Text("catalogue", $"kind: table\nfiles: {name}.csv").Replace("name: test", $"name: {name}", StringComparison.Ordinal)
            + $"native: {{ mjd: {{ unit: d }} }}\noptions: {{ time_scale: {scale} }}\n");
        PileProgram.RunToJson("build", folder[$"{name}.yaml"], "--out", folder[name]);
    }
}
