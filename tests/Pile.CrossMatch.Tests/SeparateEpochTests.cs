using System.Globalization;
using Pile.Format;
using Pile.Reading;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests;

/// <summary>Right ascensions and declinations with epochs of their own, on real stars of Tycho and near the poles, compared with
/// astropy.</summary>
public class SeparateEpochTests
{
    // Stars of known motion are observed by astropy at two epochs, and expected at the year 2000. Of Tycho, each coordinate is that of the
    // star moved from its own epoch.
    private const string Script = """
        import sys, warnings, numpy as np, astropy.units as u
        from astropy.coordinates import SkyCoord
        from astropy.table import Table
        from astropy.time import Time
        warnings.simplefilter('ignore')
        out, tycho = sys.argv[1:3]
        year = lambda y: Time(y, format='jyear', scale='tdb')
        def at(ra, dec, pmra, pmdec, start, end):
            c = SkyCoord(ra * u.deg, dec * u.deg, pm_ra_cosdec=pmra * u.mas / u.yr, pm_dec=pmdec * u.mas / u.yr, obstime=year(start))
            return c.apply_space_motion(year(end))
        rng = np.random.default_rng(5)
        n = 60
        ra = rng.uniform(0, 360, n); ra[::5] = 360 - 1e-5
        dec = np.sign(rng.uniform(-1, 1, n)) * (90 - 10 ** rng.uniform(-2, 1, n))
        pmra, pmdec = rng.normal(0, 800, n), rng.normal(0, 800, n)
        tra, tdec = rng.uniform(1990.5, 1992.5, n), rng.uniform(1990.5, 1992.5, n)
        rows = []
        for i in range(n):
            # The motion is given for the epoch of the declination.
            measured = at(ra[i], dec[i], pmra[i], pmdec[i], tdec[i], tra[i]).ra.deg
            end = at(ra[i], dec[i], pmra[i], pmdec[i], tdec[i], 2000.0)
            rows.append((measured, dec[i], pmra[i], pmdec[i], tra[i], tdec[i], end.ra.deg, end.dec.deg))
        np.savetxt(f'{out}/poles.csv', rows, delimiter=',', fmt='%.17g', comments='',
                   header='ra,dec,pmra,pmdec,ep_ra,ep_dec,ra2000,dec2000')
        t = Table.read(tycho)
        rows = []
        for r in t:
            v = [float(r[k]) for k in ('RA', 'DEC', 'PM_RA', 'PM_DEC', 'EPOCH_RA', 'EPOCH_DEC')]
            if v[4] > 0:
                rows.append((at(*v[:4], v[4], 2000.0).ra.deg, at(*v[:4], v[5], 2000.0).dec.deg))
            else:
                rows.append(v[:2])
        np.savetxt(f'{out}/tycho.csv', np.c_[rows, t['MEAN_RA'], t['MEAN_DEC']], delimiter=',', fmt='%.17g', comments='',
                   header='ra,dec,mean_ra,mean_dec')
        """;

    // A motion by astropy differs by 6e-5 of its length (SpaceMotionTests): arcseconds in ten years per milliarcsecond in one.
    private const double OfAstropy = 6e-5 * 10 / 1000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Positions_with_separate_epochs_are_moved_as_by_astropy()
    {
        using TemporaryFolder folder = new();
        string tycho = TestPaths.Data("catalog/tycho/healpix-00072.fits");
        Python.Run(Script, folder.Path, tycho);

        double[][] poles = Numbers(folder["poles.csv"]);
        List<(long Row, double Arcsec)> moved = await MoveAsync(folder["poles.csv"], poles, 6, 7);
        Assert.Equal(poles.Length, moved.Count);
        Assert.All(moved, m => Assert.InRange(m.Arcsec, 0, 1e-5 + (OfAstropy * Math.Abs(poles[m.Row][2]))
            + (OfAstropy * Math.Abs(poles[m.Row][3]))));

        double[][] stars = Numbers(folder["tycho.csv"]);
        List<string> messages = [];
        moved = await MoveAsync(tycho, stars, 0, 1, messages);
        Assert.Equal(25, moved.Count);
        Assert.All(moved, m => Assert.InRange(m.Arcsec, 0, 1e-4));
        Assert.Contains(messages, m => m.EndsWith($" of 25 rows of {tycho} have no valid epoch, a year from 1750 to 2150, and keep their "
            + "position", StringComparison.Ordinal));
        // The catalogue's own positions for 2000, from observations of a century: closer than those that are not moved.
        double[][] mean = [.. stars.Where(s => s[2] > 0)];
        double before = Median(await MoveAsync(tycho, mean, 2, 3, year: null)), after = Median(await MoveAsync(tycho, mean, 2, 3));
        Assert.InRange(after, 0, 0.1);
        Assert.InRange(before, 2 * after, 1);
    }

    private static double Median(List<(long, double Arcsec)> moved) =>
        moved.Select(m => m.Arcsec).Order().ElementAt(moved.Count / 2);

    private static double[][] Numbers(string path) => [.. File.ReadLines(path).Skip(1)
        .Select(line => line.Split(',').Select(f => double.Parse(f, CultureInfo.InvariantCulture)).ToArray())];

    // Matches the stars with the expected positions, and returns the separations of the nearest.
    private static async Task<List<(long Row, double Arcsec)>> MoveAsync(string path, double[][] expected, int ra, int dec,
        List<string>? messages = null, double? year = 2000)
    {
        await using ITableReader table = await TableReader.OpenAsync(path, cancellationToken: Token);
        bool isTable = path.EndsWith(".csv", StringComparison.Ordinal);
        using MatchTable match = await CrossMatcher.MatchAsync(
            new MemorySide([.. expected.Select(e => e[ra])], [.. expected.Select(e => e[dec])]),
            TableSide.Create(table, new PositionOptions
            {
                RaColumn = isTable ? "ra" : "RA",
                DecColumn = isTable ? "dec" : "DEC",
                IdColumn = "row"
            }),
            new() { RadiusArcsec = 3, Find = MatchFind.Nearest, EpochYear = year, OnMessage = messages is null ? null : messages.Add },
            Token);
        List<(long, double)> moved = [];
        foreach (MatchPair pair in match)
            moved.Add((pair.A!.Value.Number, pair.SeparationArcsec));
        return moved;
    }

    [Fact]
    public async Task Rows_that_cannot_move_into_reach_are_not_read()
    {
        using TemporaryFolder folder = new();
        Random random = new(9);
        int n = 2000;
        double[] ra = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() * 360)],
            dec = [.. Enumerable.Range(0, n).Select(_ => Math.Asin((2 * random.NextDouble()) - 1) * 180 / Math.PI)],
            pm = [.. Enumerable.Range(0, n).Select(_ => (random.NextDouble() - 0.5) * 16_000)], epochs = [.. Enumerable.Repeat(2016.0, n)];
        MemorySide stars = new(ra, dec, Column("pmra", pm, "mas/yr"), Column("pmdec", [.. pm.Reverse()], "mas/yr"),
            Column("ref_epoch", epochs, "yr"));
        await using Dataset dataset = await stars.ToDatasetAsync(folder["stars"], Token);
        // Positions of a few stars in 1950, in one corner of the sky, 11 minutes of arc from those in the dataset.
        int[] few = [.. Enumerable.Range(0, n).Where(i => ra[i] is > 40 and < 50 && dec[i] is > 10 and < 30)];
        CrossMatchOptions options = new() { RadiusArcsec = 0.001, EpochYear = 1950 };
        (double Ra, double Dec)[] then =
            [.. few.Select(i => Pile.Sky.SpaceMotion.Propagate(ra[i], dec[i], pm[i], pm[n - 1 - i], 0, 0, -66))];
        MemorySide other = new([.. then.Select(t => t.Ra)], [.. then.Select(t => t.Dec)]);
        using MatchTable match = await CrossMatcher.MatchAsync(new DatasetSide(dataset), other, options, Token);
        Assert.Equal(few.Length, match.Summary.Pairs);
        Assert.Equal(n, match.Summary.RowsA);
        Assert.InRange(match.Summary.Actual!.A.Tiles, 1, match.Summary.Actual.A.TileCount / 4);
        // A radius from constants is known before rows are read.
        using MatchTable byErrors = await CrossMatcher.MatchAsync(new DatasetSide(dataset), other,
            options with { RadiusArcsec = null, Errors = ErrorModel.Sum, ErrorArcsecA = 0.0004, ErrorArcsecB = 0.0006 }, Token);
        Assert.Equal((few.Length, match.Summary.Actual.A.Tiles), (byErrors.Summary.Pairs, byErrors.Summary.Actual!.A.Tiles));
        // A radial velocity without a bound on the distance may bring a star from anywhere, so that all rows are read.
        await using Dataset fast = await new MemorySide(ra, dec, Column("pmra", pm, "mas/yr"), Column("pmdec", [.. pm.Reverse()], "mas/yr"),
            Column("ref_epoch", epochs, "yr"), Column("radial_velocity", [.. epochs.Select(_ => 100_000.0)], "km/s"))
            .ToDatasetAsync(folder["fast"], Token);
        using MatchTable all = await CrossMatcher.MatchAsync(new DatasetSide(fast), other, options, Token);
        Assert.Equal(all.Summary.Actual!.A.TileCount, all.Summary.Actual.A.Tiles);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-9999)] // a fill value
    public async Task Errors_of_rows_that_are_not_moved_do_not_grow(double missing)
    {
        double[] ra = [10, 20, 30], dec = [0, 0, 0], nan = [missing, 0, 0], zero = [0, 0, 0], twenty = [20, 20, 20], errors = [1, 1, 1];
        List<string> messages = [];
        // In a century the errors grow to 2 arcsec: rows without a proper motion or an epoch keep theirs, 1 mas.
        MemorySide a = new(ra, dec, Column("pmra", nan, "mas/yr"), Column("pmdec", zero, "mas/yr"), Column("pmra_error", twenty, "mas/yr"),
            Column("pmdec_error", twenty, "mas/yr"), Column("ra_error", errors, "mas"), Column("dec_error", errors, "mas"),
            Column("ref_epoch", [2000, 2000, double.NaN]));
        using MatchTable match = await CrossMatcher.MatchAsync(a, new MemorySide([.. ra.Select(r => r + (1 / 3600.0))], dec), new()
        {
            Errors = ErrorModel.Sigma,
            Sigma = 1,
            ErrorArcsecB = 0.1,
            EpochYear = 2100,
            OnMessage = messages.Add,
        }, Token);
        List<long> found = [];
        foreach (MatchPair pair in match)
            found.Add(pair.A!.Value.Number);
        Assert.Equal([1], found);
        Assert.Contains(messages, m => m.StartsWith($"1 of 3 rows of memory have {(double.IsNaN(missing) ? "no" : "a")} proper motion ",
            StringComparison.Ordinal));
        Assert.Contains("1 of 3 rows of memory have no valid epoch, a year from 1750 to 2150, and keep their position", messages);
    }

    [Theory]
    [InlineData(ErrorModel.Sigma)]
    [InlineData(ErrorModel.Sum)]
    public async Task Errors_grow_with_those_of_the_proper_motions(ErrorModel model)
    {
        double[] ra = [10, 50, 120, 200, 300], dec = [20, -89.9, 40, -60, 0], errors = [0.1, 0.2, 0.3, 0.05, 0.1],
            pmErrorsRa = [10, 0, 40, double.NaN, 25], pmErrorsDec = [20, 30, 5, double.NaN, 50], epochs = [2016, 1991, 2000, 2016, 99999],
            zero = new double[5], years = [-16, 9, 0, -16, double.NaN];
        List<string> messages = [];
        CrossMatchOptions options = new()
        {
            Errors = model,
            Sigma = model == ErrorModel.Sigma ? 2 : 1,
            ErrorColumnA = "e",
            ErrorArcsecB = 0.1,
            EpochYear = 2000,
            OnMessage = messages.Add,
        };
        MemorySide moved = new(ra, dec, Column("e", errors), Column("pmra", zero, "mas/yr"), Column("pmdec", zero, "mas/yr"),
            Column("pmra_error", [.. pmErrorsRa.Select(e => e / 1000)], "arcsec/yr"), Column("pmdec_error", pmErrorsDec),
            Column("ref_epoch", epochs));
        double[] Grown(double[] pm) => [.. Enumerable.Range(0, 5).Select(i => pm[i] * years[i] / 1000 is var growth && double.IsNaN(growth)
            ? errors[i] : Math.Sqrt((errors[i] * errors[i]) + (growth * growth)))];
        double[] grownRa = Grown(pmErrorsRa), grownDec = Grown(pmErrorsDec),
            mean = [.. grownRa.Zip(grownDec, (a, b) => Math.Sqrt(((a * a) + (b * b)) / 2))];
        MemorySide written = new(ra, dec, Column("a", grownRa), Column("b", grownDec), Column("mean", mean));
        // Partners around each star, in steps of 0.05 arcsec to the north and to the east.
        List<(double Ra, double Dec)> partners = [.. from i in Enumerable.Range(0, 5) from step in Enumerable.Range(1, 40) from isNorth in
            (bool[])[true, false] select isNorth ? (ra[i], dec[i] + (step * 0.0501 / 3600))
                : (ra[i] + (step * 0.0501 / 3600 / Math.Cos(dec[i] * Math.PI / 180)), dec[i])];
        MemorySide other = new([.. partners.Select(p => p.Ra)], [.. partners.Select(p => p.Dec)]);
        CrossMatchOptions same = options with
        {
            EpochYear = null,
            OnMessage = null,
            ErrorColumnA = model == ErrorModel.Sum ? "mean" : null,
            ErrorsA = model == ErrorModel.Sum ? null : "covariance:a,b",
        };
        List<(long, long)> expected = await PairsAsync(written, other, same), found = await PairsAsync(moved, other, options);
        Assert.Equal(expected, found);
        Assert.NotEqual(await PairsAsync(written, other, same with { ErrorsA = null, ErrorColumnA = "b" }), found);
        Assert.Contains("memory: column 'e' has no unit; its values are taken as arcseconds; errors grow with 'pmra_error' and "
            + "'pmdec_error' while positions are moved", messages);
        Assert.Contains("1 rows of A have no error of their proper motion: their errors do not grow", messages);
        MemorySide wrong = new(ra, dec, Column("e", errors), Column("pmra", zero), Column("pmdec", zero), Column("ref_epoch", epochs),
            Column("pmra_error", [1, 1, 1, -1, 1]), Column("pmdec_error", [.. zero]));
        Assert.Contains("row 3, column 'pmra_error': -1 is not an error of 0 or more", (await Assert.ThrowsAsync<ValueInvalidException>(
            () => PairsAsync(wrong, other, options))).Message, StringComparison.Ordinal);
    }

    private static ColumnData<double> Column(string name, double[] values, string? unit = null) =>
        new ColumnData<double>(new ColumnSchema { Name = name, DType = DType.Float64, Unit = unit, Nullable = true }, values);

    private static async Task<List<(long, long)>> PairsAsync(MatchSide a, MatchSide b, CrossMatchOptions options)
    {
        using MatchTable match = await CrossMatcher.MatchAsync(a, b, options, Token);
        List<(long, long)> pairs = [];
        foreach (MatchPair pair in match)
            pairs.Add((pair.A!.Value.Number, pair.B!.Value.Number));
        return [.. pairs.Order()];
    }
}
