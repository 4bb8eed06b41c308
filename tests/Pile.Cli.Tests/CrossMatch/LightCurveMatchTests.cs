using System.Globalization;
using Pile.TestKit;

namespace Pile.Cli.Tests.CrossMatch;

/// <summary><c>pile crossmatch --time-window</c> with the light curves of Kepler, compared with astropy.</summary>
public sealed class LightCurveMatchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Events_in_UTC_are_matched_with_the_nearest_epoch_of_a_light_curve_in_TDB()
    {
        File.WriteAllText(folder["kepler.yaml"],
            Recipes.Text("time-series", $"kind: lightcurve-fits\nfiles: \"{TestPaths.Data("lightcurves")}/kplr*.fits\""));
        Assert.Equal(0, PileProgram.Run("build", folder["kepler.yaml"], "--out", folder["kepler"]).ExitCode);
        File.WriteAllLines(folder["events.csv"], ["id,ra,dec,mjd", .. Enumerable.Range(0, 200).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{i},284.4335,49.3052,{55_090 + (0.6123 * i):R}")), "200,284.4335,49.3052,", "201,1,1,55100"]);
        ProgramResult run = PileProgram.Run("crossmatch", folder["events.csv"], folder["kepler"], "--radius", "5", "--a-time-scale", "utc",
            "--a-time-reference", "barycenter", "--time-window", "10min", "--out", folder["pairs.csv"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("both are converted to TDB", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 row of A has no time and is in no pair", run.Error, StringComparison.Ordinal);

        Assert.Equal("True True\n", Python.Run("""
            import csv, glob, os, sys, warnings
            import numpy as np, pandas
            warnings.simplefilter('ignore')
            from astropy.io import fits
            from astropy.time import Time
            expected = {}
            rows = csv.DictReader(open(sys.argv[1] + '/events.csv'))
            events = [(int(r['id']), float(r['mjd'])) for r in rows if r['mjd'] and r['id'] != '201']
            tdb = Time([e[1] for e in events], format='mjd', scale='utc').tdb.mjd
            missing = 0
            for path in glob.glob(sys.argv[2] + '/kplr*.fits'):
                table = fits.open(path)[1]
                days = table.data['TIME'].astype('f8') + table.header['BJDREFI'] + table.header['BJDREFF'] - 2400000.5
                missing += np.isnan(days).sum()
                for (id, _), time in zip(events, tdb):
                    nearest = int(np.nanargmin(np.abs(days - time)))
                    if abs(days[nearest] - time) <= 10 / 1440:
                        expected[id, os.path.basename(path)[:-5]] = (nearest, days[nearest] - time)
            assert missing > 0 and 40 < len(expected) < 200
            rows = pandas.read_csv(sys.argv[1] + '/pairs.csv').to_dict('records')
            found = {(r['a_object_id'], r['b_object_id']): (r['b_epoch_index'], r['dt_days']) for r in rows}
            print(found.keys() == expected.keys() and len(rows) == len(found), all(
                found[k][0] == expected[k][0] and abs(found[k][1] - expected[k][1]) < 3e-10 for k in found))
            """, folder.Path, TestPaths.Data("lightcurves")));
    }

    [Fact]
    public void A_heavy_column_is_not_one_of_a_table()
    {
        string error = PileProgram.RunToError(2, [.. MatchOfCurves(), "--columns", "b.lightcurve_flux"]);
        foreach (string part in (string[])["The column 'lightcurve_flux' of", "is heavy", "'--out DIR/'", "--matches FILE"])
            Assert.Contains(part, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_matched_dataset_has_the_index_of_the_nearest_epoch()
    {
        PileProgram.RunToJson([.. MatchOfCurves(), "--out", folder["m/"]]);
        Assert.Equal("1 2,3 4", string.Join(',', PileProgram.RunToJson("query", folder["m"], "--sort", "a_id").EnumerateArray()
            .Select(row => $"{row.GetProperty("a_id")} {row.GetProperty("b_epoch_index")}")));
    }

    // Light curves of four objects with epochs of whole days, and events at three of them.
    private string[] MatchOfCurves()
    {
        Directory.CreateDirectory(folder["files"]);
        Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], 'w') as f:
                n = 4
                f['object_id'] = np.arange(n) + 100
                f['ra'], f['dec'] = [10, 20, 30, 40.], np.zeros(n)
                f['lightcurve_band'] = np.array([[b'g']] * n)
                f['lightcurve_time'] = (np.arange(5) + 60000 + np.arange(n)[:, None] * 10.)[:, None, :]
                f['lightcurve_flux'] = np.ones((n, 1, 5))
                f['lightcurve_flux_err'] = np.ones((n, 1, 5), 'f4')
            """, folder["files/x.hdf5"]);
        PileProgram.RunToJson("adopt", folder["files"], "--out", folder["curves"], "--modality", "time-series", "--time-scale", "TDB",
            "--survey", "s", "--release", "1", "--licence", "CC0", "--citation", "x");
        File.WriteAllText(folder["a.csv"], "id,ra,dec,mjd\n1,10,0,60002.2\n2,20,0,60002.2\n3,30,0,60024.4\n");
        PileProgram.RunToJson("build", "--from", folder["a.csv"], "--out", folder["a"]);
        return ["crossmatch", folder["a"], folder["curves"], "--radius", "1", "--time-window", "1d"];
    }
}
