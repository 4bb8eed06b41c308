using Pile.TestKit;
using static Pile.Cli.Tests.RequiredResults;

namespace Pile.Cli.Tests;

/// <summary>The space-time coverage of datasets, compared with astropy and healpy.</summary>
public sealed class SpaceTimeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_coverage_is_that_of_astropy_and_healpy_and_belongs_to_the_dataset()
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            r = np.random.default_rng(2); n = 3000
            ra, dec = r.uniform(0, 360, n), np.degrees(np.arcsin(r.uniform(-1, 1, n)))
            mjd = 57000 + r.integers(0, 40, n) * 20 + r.uniform(0, .4, n); mjd[:9] = np.nan
            end = mjd + r.choice([0, .01, 3, 45], n); end[10:20] = np.nan
            Table({'id': np.arange(n), 'ra': ra, 'dec': dec, 'mjd': mjd, 'mjd_end': end},
                  units={'ra': 'deg', 'dec': 'deg', 'mjd': 'd', 'mjd_end': 'd'}).write(sys.argv[1])
            """, folder["t.fits"]);
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", $"kind: table\nfiles: {folder["t.fits"]}\nid: id") +
            "options: { time_scale: UTC, order: 1 }\n");
        Done(PileProgram.Run("build", folder["r.yaml"], "--out", folder["d"]));
        Done(PileProgram.Run("moc", folder["d"], "--time", "--out", folder["st.fits"]));
        Assert.Equal(File.ReadAllBytes(folder["d/main/coverage.fits"]), File.ReadAllBytes(folder["st.fits"]));
        Python.Run("""
            import sys, warnings, numpy as np, healpy as hp
            from astropy.io import fits
            from astropy.table import Table
            from astropy.time import Time
            from astropy.utils import iers
            iers.conf.auto_download = False; warnings.simplefilter('ignore')
            with fits.open(sys.argv[1]) as f:
                f.verify('exception'); h, v = f[1].header, f[1].data.field(0)
            assert [h[k] for k in ('MOCVERS', 'MOCDIM', 'ORDERING', 'TIMESYS', 'COORDSYS')] == '2.0 TIME.SPACE RANGE TCB C'.split()
            assert h['MOCORD_S'] == 6 and h['TFORM1'] == 'K'
            shift, slots = 61 - h['MOCORD_T'], set()
            pairs, times, fresh = v.reshape(-1, 2), [], True
            for a, b in pairs.tolist():
                if a < 0:
                    assert b < 0
                    if not fresh: times = []
                    times.append(((a + 2**63) >> shift, (b + 2**63) >> shift)); fresh = True
                    assert not (a + 2**63) % (1 << shift) and not (b + 2**63) % (1 << shift)
                else:
                    fresh = False
                    slots |= {(t, c) for s, e in times for t in range(s, e) for c in range(a >> 46, b >> 46)}
            t = Table.read(sys.argv[2])
            cell = hp.ang2pix(64, np.array(t['ra']), np.array(t['dec']), nest=True, lonlat=True)
            def slot(mjd):
                x = Time(np.floor(mjd), mjd % 1, format='mjd', scale='utc').tcb
                us = (x.jd1 * 86400000000 + x.jd2 * 86400000000)
                return np.floor(us).astype('i8') >> shift
            start, end = np.array(t['mjd']), np.array(t['mjd_end'])
            has = ~np.isnan(start); end = np.where(np.isnan(end), start, end)
            expected = {(s, c) for a, b, c in zip(slot(start[has]), slot(end[has]), cell[has]) for s in range(a, b + 1)}
            assert 100 < len(expected)
            assert slots == expected, (len(slots), len(expected), sorted(slots ^ expected)[:5])
            first = slot(np.array([start[has].min(), end[has].max()]))
            assert 512 < first[1] - first[0] + 1 <= 1024, first
            """, folder["st.fits"], folder["t.fits"]);

        Assert.Equal(2991, PileProgram.RunToJson("query", folder["d"], "--moc", folder["st.fits"], "--columns", "object_id")
            .GetArrayLength());
        Done(PileProgram.Run("copy", folder["d"], folder["part"], "--where", "mjd < 57300"));
        Assert.True(File.Exists(folder["part/main/coverage.fits"]));
        Assert.True(PileProgram.RunToJson("validate", folder["part"], "--deep").GetProperty("valid").GetBoolean());

        File.Delete(folder["d/main/coverage.fits"]);
        Directory.Delete(folder["d/main/index"], recursive: true);
        Done(PileProgram.Run("index", "rebuild", folder["d"]));
        Assert.Equal(File.ReadAllBytes(folder["st.fits"]), File.ReadAllBytes(folder["d/main/coverage.fits"]));
        Assert.True(PileProgram.RunToJson("validate", folder["d"], "--deep").GetProperty("valid").GetBoolean());
    }

    [Fact]
    public void Maps_of_other_programs_select_rows_in_space_and_time()
    {
        Python.Run("""
            import sys, numpy as np, healpy as hp
            from astropy.io import fits
            from astropy.table import Table
            from astropy.time import Time
            r = np.random.default_rng(4); n = 2000
            ra, dec, mjd = r.uniform(0, 360, n), np.degrees(np.arcsin(r.uniform(-1, 1, n))), r.uniform(57000, 57100, n)
            Table({'id': np.arange(n), 'ra': ra, 'dec': dec, 'mjd': mjd}, units={'ra': 'deg', 'dec': 'deg', 'mjd': 'd'}).write(sys.argv[1])
            us = lambda m: int(round((Time(m, format='mjd', scale='tdb').tcb.jd1 + Time(m, format='mjd', scale='tdb').tcb.jd2) * 86400e6))
            flag = lambda *v: [x - 2**63 for x in v]
            s = 2 * (29 - 1)
            values = [*flag(us(57010), us(57020)), *flag(us(57050), us(57060)), 0, 5 << s, 40 << s, 41 << s,
                      *flag(us(57060), us(57061)), 0, 48 << s]
            def write(name, values, **cards):
                hdu = fits.BinTableHDU.from_columns([fits.Column(name='RANGE', format='K', array=np.array(values, 'i8'))])
                all = dict(MOCVERS='2.0', MOCDIM='TIME.SPACE', ORDERING='RANGE', MOCORD_T=61, MOCORD_S=1, TIMESYS='TCB') | cards
                for k, v in all.items():
                    hdu.header[k] = v
                fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(name)
            write(sys.argv[2], values + [0, 0, 0]) # zeros fill the table
            write(sys.argv[3] + '/odd.fits', values[:3]); write(sys.argv[3] + '/mixed.fits', [values[0], 5])
            write(sys.argv[3] + '/first.fits', [1, 5]); write(sys.argv[3] + '/order.fits', values, MOCORD_T=62)
            write(sys.argv[3] + '/utc.fits', values, TIMESYS='UTC'); write(sys.argv[3] + '/overlap.fits', values[:4] + [0, 9] + values)
            p = hp.ang2pix(2, ra, dec, nest=True, lonlat=True)
            in_time = lambda a, b: (mjd >= a) & (mjd < b)
            keep = ((p < 5) | (p == 40)) & (in_time(57010, 57020) | in_time(57050, 57060)) | in_time(57060, 57061)
            assert keep.sum() > 20
            open(sys.argv[3] + '/ids', 'w').write(' '.join(str(i) for i in np.flatnonzero(keep)))
            """, folder["t.fits"], folder["st.fits"], folder.Path);
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", $"kind: table\nfiles: {folder["t.fits"]}\nid: id") +
            "options: { time_scale: TDB }\n");
        Done(PileProgram.Run("build", folder["r.yaml"], "--out", folder["d"]));
        Assert.Equal(File.ReadAllText(folder["ids"]), string.Join(' ', PileProgram.RunToJson("query", folder["d"], "--moc",
            folder["st.fits"], "--columns", "object_id", "--sort", "object_id").EnumerateArray()
            .Select(r => r.GetProperty("object_id").GetInt64())));
        Done(PileProgram.Run("moc", folder["st.fits"], "--time", "--out", folder["again.fits"]));
        Done(PileProgram.Run("moc", folder["again.fits"], "--time", "--out", folder["again.txt"]));
        Assert.Equal(PileProgram.Run("moc", folder["st.fits"], "--time").Output, File.ReadAllText(folder["again.txt"]));
        Assert.Contains($"is a space-time map, but one of the sky alone is expected. 'pile moc {folder["st.fits"]} --time' reads it.",
            PileProgram.RunToError(2, "moc", folder["st.fits"]), StringComparison.Ordinal);
        foreach ((string expected, string[] arguments) in (ValueTuple<string, string[]>[])
        [
            ("there are 3 numbers", [folder["odd.fits"]]), ("expected two times or two pixels", [folder["mixed.fits"]]),
            ("after a range of times", [folder["first.fits"]]), ("MOCORD_T and MOCORD_S are missing or not valid", [folder["order.fits"]]),
            ("TIMESYS = 'UTC'", [folder["utc.fits"]]), ("overlap", [folder["overlap.fits"]]),
            ("is not a space-time MOC", [folder["again.txt"]]), ("without operations", [folder["d"], "and", folder["d"]]),
            ("without operations and --order", [folder["d"], "--order", "3"]), ("is written as .fits or .txt",
                [folder["d"], "--out", folder["x.json"]]),
        ])
            Assert.Contains(expected, PileProgram.RunToError(2, ["moc", .. arguments, "--time"]), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("cannot be part of a saved query", PileProgram.RunToError(2, "query", folder["d"], "--moc", folder["st.fits"],
            "--save", folder["q.query.yaml"]), StringComparison.Ordinal);
    }
}
