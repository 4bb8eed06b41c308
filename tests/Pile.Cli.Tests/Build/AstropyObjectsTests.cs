using System.Globalization;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Tables of astropy with SkyCoord and Time objects, compared with astropy's own conversion to ICRS.</summary>
public class AstropyObjectsTests
{
    [Theory]
    [InlineData("t.ecsv")]
    [InlineData("t.fits", Traits = ["Run", "Long"])]
    public void Positions_have_the_frame_and_times_the_scale_of_the_objects(string name)
    {
        using TemporaryFolder folder = new();
        string[] lines = Python.Run("""
            import sys
            from astropy.coordinates import SkyCoord
            from astropy.table import QTable
            from astropy.time import Time
            import astropy.units as u
            frames = [dict(frame='icrs'), dict(frame='fk5'), dict(frame='fk5', equinox='J1975'), dict(frame='fk4', obstime='B1950'),
                      dict(frame='galactic')]
            for i, frame in enumerate(frames):
                at = SkyCoord([10.5, 350] * u.deg, [1, -80.5] * u.deg, **frame)
                t = QTable({'id': [1, 2], 'at': at, 't': Time([58000, 58001.5], format='mjd', scale='tdb')})
                t.write(f'{sys.argv[1]}/{i}{sys.argv[2]}', overwrite=True)
                print(*at.icrs.ra.deg, *at.icrs.dec.deg)
            """, folder.Path, name).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < lines.Length; i++)
        {
            string dataset = folder[$"d{i}"];
            ProgramResult built = PileProgram.Run("build", "--from", folder[$"{i}{name}"], "--out", dataset);
            Assert.Equal((0, ""), (built.ExitCode, built.ExitCode == 0 ? "" : built.Error));
            string[] found = PileProgram.Run("sql", dataset, "SELECT ra, dec FROM d ORDER BY object_id", "--out", "-", "--format", "csv")
                .Output.Split(['\n', ',', '\r'], StringSplitOptions.RemoveEmptyEntries)[2..];
            double[] expected = [.. lines[i].Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
            double[] ours = [.. found.Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
            foreach ((double one, double other) in new[] { 0, 2, 1, 3 }.Select(k => expected[k]).Zip(ours))
                Assert.InRange(one - other, -1e-7, 1e-7);
            Assert.Contains(name == "t.ecsv" ? "time: {scale: TDB, zero_mjd: 0}" : "time: {scale: TDB, reference: TOPOCENTER, zero_mjd: 0}",
                File.ReadAllText(Path.Combine(dataset, "pile.yaml")), StringComparison.Ordinal);
            Assert.Equal("t\n58000.0\n58001.5\n", PileProgram.Run("sql", dataset, "SELECT t FROM d ORDER BY object_id", "--out", "-",
                "--format", "csv").Output.ReplaceLineEndings("\n"));
        }
    }

    [Theory]
    [InlineData("formatted_value.ecsv")]
    [InlineData("jd1_jd2.ecsv")]
    [InlineData("t.fits")]
    public void Durations_have_the_unit_of_their_format(string name)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            from astropy.table import QTable
            from astropy.time import TimeDelta
            import astropy.units as u
            t = QTable({'id': [1, 2], 'ra': [1., 2] * u.deg, 'dec': [1., 2] * u.deg, 'days': TimeDelta([1.5, 2], format='jd'),
                        'seconds': TimeDelta([1.5, 90], format='sec', scale='tai'), 'minutes': TimeDelta([1.5, 90] * u.min)})
            name = sys.argv[1].rpartition('/')[2]
            t.write(sys.argv[1], **({'serialize_method': name.partition('.')[0]} if name.endswith('ecsv') else {}))
            """, folder[name]);
        ProgramResult built = PileProgram.Run("build", "--from", folder[name], "--out", folder["d"]);
        Assert.True(built.ExitCode == 0, built.Error);
        Assert.Equal(0, PileProgram.Run("query", folder["d"], "--sort", "object_id", "--out", folder["o.vot"]).ExitCode);
        // The seconds of a column in its unit, or of the sum of its two parts.
        Assert.Equal("[129600.0, 172800.0] [1.5, 90.0] [90.0, 5400.0]\n", Python.Run("""
            import sys
            from astropy.table import QTable
            import astropy.units as u
            t = QTable.read(sys.argv[1])
            print(*[[round(float(v), 9) for v in sum(t[c].to(u.s).value for c in t.colnames if c.split('.')[0].split('_')[0] == name)]
                    for name in ['days', 'seconds', 'minutes']])
            """, folder["o.vot"]));
    }
}
