using System.Globalization;
using Pile.TestKit;

namespace Pile.Cli.Tests.CrossMatch;

/// <summary>Epochs and proper motions that files declare outside of columns.</summary>
public sealed class DeclaredEpochTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Motions_and_epochs_of_SkyCoord_are_used_as_by_astropy()
    {
        string[] expected = Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            import astropy.units as u
            from astropy.coordinates import Distance, SkyCoord
            from astropy.table import QTable
            from astropy.time import Time
            folder = sys.argv[1]
            motion = dict(pm_ra_cosdec=[1000, -2000] * u.mas / u.yr, pm_dec=[-300., 0] * u.mas / u.yr)
            for name, year, more in [('plain', 'J2015.5', {}), ('far', 'B1950.0',
                    {'distance': Distance([1., 1] * u.kpc), 'radial_velocity': [10., 20] * u.km / u.s})]:
                t = QTable({'id': [1, 2]})
                t['coord'] = SkyCoord([10., 200] * u.deg, [20., -60] * u.deg, obstime=Time(year), frame='icrs', **motion, **more)
                for ext in ['ecsv', 'fits']:
                    t.write(f'{folder}/{name}.{ext}')
                moved = t['coord'].apply_space_motion(new_obstime=Time('J2016.0'))
                print(repr(float(t['coord'].obstime.jyear)), *[repr(float(v)) for v in [*moved.ra.deg, *moved.dec.deg]])
            QTable({'id': [1, 2], 'ra': [10., 200], 'dec': [20., -60]}).write(f'{folder}/b.csv')
            """, folder.Path).TrimEnd('\n').Split('\n');
        foreach ((string name, double[] numbers) in ((string[])["plain", "far"]).Zip(expected.Select(Numbers)))
            foreach (string ext in (string[])["ecsv", "fits"])
            {
                ProgramResult match = PileProgram.Run("crossmatch", folder[$"{name}.{ext}"], folder["b.csv"], "--radius", "300", "--epoch",
                    "2016", "--out", "-", "--format", "csv");
                string[][] rows = [.. match.Output.TrimEnd('\n').Split('\n').Skip(1).Select(row => row.Split(','))
                    .OrderBy(row => row[0], StringComparer.Ordinal)];
                for (int i = 0; i < 2; i++)
                {
                    Assert.Equal(numbers[1 + i], Number(rows[i][3]), 1e-7);
                    Assert.Equal(numbers[3 + i], Number(rows[i][4]), 1e-7);
                }
                PileProgram.Run("build", "--from", folder[$"{name}.{ext}"], "--out", folder[$"{name}_{ext}"]);
                Assert.Equal(numbers[0], PileProgram.RunToJson("info", folder[$"{name}_{ext}"]).GetProperty("epoch_year").GetDouble(),
                    1e-8);
            }
    }

    [Theory] // IAU SOFA epb2jd and epj: B1950.0 is J1949.99979
    [InlineData("J2015.5", "ICRS", 2015.5)]
    [InlineData("2015.5", "ICRS", 2015.5, Traits = ["Run", "Long"])]
    [InlineData("B1950.0", "eq_FK5", 1949.99979044)]
    [InlineData("1950", "eq_FK4", 1949.99979044, Traits = ["Run", "Long"])]
    public void The_epoch_of_a_COOSYS_is_that_of_the_positions_that_refer_to_it(string epoch, string system, double year)
    {
        File.WriteAllText(folder["t.vot"], $"""
            <VOTABLE version="1.4"><RESOURCE><COOSYS ID="other" system="ICRS" epoch="J1900"/>
            <COOSYS ID="c" system="{system}" epoch="{epoch}"/><TABLE>
            <FIELD name="id" datatype="int" ucd="meta.id;meta.main"/>
            <FIELD name="ra" datatype="double" unit="deg" ucd="pos.eq.ra;meta.main" ref="c"/>
            <FIELD name="dec" datatype="double" unit="deg" ucd="pos.eq.dec;meta.main" ref="c"/>
            <FIELD name="pmra" datatype="double" unit="mas/yr" ucd="pos.pm;pos.eq.ra"/>
            <FIELD name="pmdec" datatype="double" unit="mas/yr" ucd="pos.pm;pos.eq.dec"/>
            <DATA><TABLEDATA><TR><TD>1</TD><TD>10</TD><TD>20</TD><TD>1000</TD><TD>0</TD></TR></TABLEDATA></DATA>
            </TABLE></RESOURCE></VOTABLE>
            """);
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n1,10,20\n");
        string text = year.ToString("R", CultureInfo.InvariantCulture);
        Assert.Contains($"positions of A are moved from epoch {text[..Math.Min(text.Length, 12)]}", PileProgram.Run("crossmatch",
            folder["t.vot"], folder["b.csv"], "--radius", "3000", "--epoch", "2020", "--out", folder["pairs.csv"]).Error,
            StringComparison.Ordinal);
        PileProgram.Run("build", "--from", folder["t.vot"], "--out", folder["d"]);
        Assert.Equal(year, PileProgram.RunToJson("info", folder["d"]).GetProperty("epoch_year").GetDouble(), 1e-8);
    }

    [Fact]
    public void Epochs_of_the_rows_say_more_than_that_of_the_file()
    {
        File.WriteAllText(folder["t.vot"], """
            <VOTABLE version="1.4"><RESOURCE><COOSYS ID="c" system="ICRS" epoch="J2015.5"/><TABLE>
            <FIELD name="id" datatype="int"/><FIELD name="ra" datatype="double" unit="deg" ref="c"/>
            <FIELD name="dec" datatype="double" unit="deg" ref="c"/><FIELD name="pmra" datatype="double" unit="mas/yr"/>
            <FIELD name="pmdec" datatype="double" unit="mas/yr"/><FIELD name="ref_epoch" datatype="double" unit="yr"/>
            <DATA><TABLEDATA><TR><TD>1</TD><TD>10</TD><TD>20</TD><TD>1000</TD><TD>0</TD><TD>2016</TD></TR></TABLEDATA></DATA>
            </TABLE></RESOURCE></VOTABLE>
            """);
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n1,10,20\n");
        Assert.Contains("from the epochs in 'ref_epoch' to epoch 2020", PileProgram.Run("crossmatch", folder["t.vot"], folder["b.csv"],
            "--radius", "30", "--epoch", "2020", "--out", folder["pairs.csv"]).Error, StringComparison.Ordinal);
        PileProgram.Run("build", "--from", folder["t.vot"], "--out", folder["d"]);
        Assert.False(PileProgram.RunToJson("info", folder["d"]).TryGetProperty("epoch_year", out var year)
            && year.ValueKind is System.Text.Json.JsonValueKind.Number);
    }

    [Theory] // a star that moves by 16 arcsec from 2016 to 2000, where the other table has it
    [InlineData("vot")]
    [InlineData("ecsv", Traits = ["Run", "Long"])]
    [InlineData("fits")]
    [InlineData("parquet")]
    public void Tables_of_a_dataset_keep_its_epoch(string format)
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,pmra,pmdec\n1,10,0,0,1000\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n1,10,-0.004444444\n");
        PileProgram.Run("build", "--from", folder["a.csv"], "--out", folder["a"], "--id", "id", "--set", "options.epoch_year=2016");
        Assert.Equal(0, PileProgram.Run("query", folder["a"], "--out", folder[$"q.{format}"]).ExitCode);
        Assert.Equal(1, Pairs("a"));
        Assert.Equal(1, Pairs($"q.{format}"));
        Assert.Contains("positions of A are not moved by 'pmra' and 'pmdec', because the epoch of B is unknown. Set --b-epoch, or the "
            + "epoch to which A is moved as --epoch", PileProgram.Run("crossmatch", folder[$"q.{format}"], folder["b.csv"], "--radius", "2",
            "--out", folder["none.csv"]).Error, StringComparison.Ordinal);
        PileProgram.Run("build", "--from", folder[$"q.{format}"], "--out", folder["again"], "--id", "object_id");
        Assert.Equal(2016, PileProgram.RunToJson("info", folder["again"]).GetProperty("epoch_year").GetDouble());
        // What a SELECT names 'ra' and 'dec' may be other positions.
        PileProgram.Run("sql", folder["a"], "SELECT ra, dec - 1 AS dec, pmra, pmdec FROM d", "--out", folder[$"s.{format}"]);
        Assert.Contains("their epoch is unknown", PileProgram.Run("crossmatch", folder[$"s.{format}"], folder["b.csv"], "--b-epoch", "2000",
            "--radius", "2", "--out", folder["s.csv"]).Error, StringComparison.Ordinal);
        if (format is not ("fits" or "parquet"))
            return;
        PileProgram.Run("export", folder["a"], "--format", format, "--out", folder["exported"]);
        Assert.Equal(1, Pairs(Path.Combine("exported", $"a.{format}")));

        int Pairs(string side) => PileProgram.RunToJson("crossmatch", folder[side], folder["b.csv"], "--b-epoch", "2000", "--radius", "2",
            "--out", folder[$"{Path.GetFileNameWithoutExtension(side)}_{side.Length}_pairs.csv"]).GetProperty("pairs").GetInt32();
    }

    private static double[] Numbers(string line) => [.. line.Split(' ').Select(Number)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
