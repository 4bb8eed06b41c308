using Pile.Format;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests;

/// <summary>Columns of proper motions, epochs and errors of tables with several measurements, compared with astropy.</summary>
public class MeasurementTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // A star at 269.45, 60 that moves by -8000 and 1000 mas/yr, from 2000 to 2016.
    private static readonly Lazy<(double RaDeg, double DecDeg)> In2016 = new(() =>
    {
        double[] degrees = [.. Python.Run("""
            import warnings, astropy.units as u
            from astropy.coordinates import SkyCoord
            from astropy.time import Time
            warnings.simplefilter('ignore')
            year = lambda y: Time(y, format='jyear', scale='tdb')
            c = SkyCoord(269.45 * u.deg, 60 * u.deg, pm_ra_cosdec=-8000 * u.mas / u.yr, pm_dec=1000 * u.mas / u.yr, obstime=year(2000))
            c = c.apply_space_motion(year(2016))
            print(repr(float(c.ra.deg)), repr(float(c.dec.deg)))
            """).Split(' ').Select(v => double.Parse(v, System.Globalization.CultureInfo.InvariantCulture))];
        return (degrees[0], degrees[1]);
    });

    private static MemorySide Star(params (string Name, double Value)[] columns) => new([269.45], [60],
        [.. columns.Select(c => new ColumnData<double>(new ColumnSchema
        {
            Name = c.Name,
            DType = DType.Float64,
            Nullable = true,
            Unit = c.Name.StartsWith("pm", StringComparison.OrdinalIgnoreCase) ? "mas/yr" : null,
        }, new double[] { c.Value }))]);

    private static MemorySide Star2016() => new([In2016.Value.RaDeg], [In2016.Value.DecDeg]);

    private static async Task<double?> SeparationAsync(MatchSide a, CrossMatchOptions options)
    {
        using MatchTable table = await CrossMatcher.MatchAsync(a, Star2016(), options, Token);
        double? separationArcsec = null;
        foreach (MatchPair pair in table)
            separationArcsec = pair.SeparationArcsec;
        return separationArcsec;
    }

    [Theory]
    [InlineData("pmRA=-8000,pmDE=1000,pm_ra=5,pm_dec=7", "pmRA pmDE")]
    [InlineData("pm_dec=7,pm_ra=5,pmDE=1000,pmRA=-8000", "pmRA pmDE")]
    [InlineData("pmra=-8000,pmdec=1000,PMRA=5,PMDEC=7", "pmra pmdec")]
    [InlineData("PMRA=5,PMDEC=7,pmra=-8000,pmdec=1000", "pmra pmdec")]
    [InlineData("pm_ra=-16000,pm_ra_cosdec=-8000,pm_dec=1000", "pm_ra_cosdec pm_dec")]
    [InlineData("pmra=-16000,pm_ra_cosdec=-8000,pmdec=1000", "pm_ra_cosdec pmdec")]
    [InlineData("pmra=-16000,pmracosdec=-8000,pmdec=1000", "pmracosdec pmdec")]
    [InlineData("pmracosdec=-8000,pmdec=1000", "pmracosdec pmdec")]
    [InlineData("pmRAc=-8000,pmDE=1000", "pmRAc pmDE")]
    public async Task Proper_motions_are_those_of_one_measurement(string columns, string expected)
    {
        List<string> messages = [];
        // Astropy differs by 6e-5 of the motion of a star without a parallax.
        CrossMatchOptions options = new() { RadiusArcsec = 3600, EpochYear = 2016, EpochYearA = 2000, OnMessage = messages.Add };
        Assert.InRange((await SeparationAsync(Star(Parse(columns)), options))!.Value, 0, 0.01);
        string[] names = expected.Split(' ');
        Assert.Contains($"positions of A are moved from epoch 2000 to epoch 2016 by '{names[0]}' and '{names[1]}'", messages);
    }

    [Fact]
    public async Task Proper_motions_that_are_equally_good_are_named()
    {
        MemorySide star = Star(Parse("pmRA=-8000,pmDE=1000,PMRA=5,PMDE=7"));
        const string several = "memory has several proper motions ('pmRA' with 'pmDE', 'PMRA' with 'PMDE')";
        CrossMatchOptions options = new() { RadiusArcsec = 3600, EpochYearA = 2000, EpochYearB = 2016 };
        string message = (await Assert.ThrowsAsync<ArgumentException>(() => SeparationAsync(star, options with { EpochYear = 2016 })))
            .Message;
        Assert.Contains(several, message, StringComparison.Ordinal);
        Assert.Contains("Rename the columns of the others, or leave out CrossMatchOptions.EpochYear", message, StringComparison.Ordinal);
        List<string> messages = [];
        await SeparationAsync(star, options with { OnMessage = messages.Add });
        Assert.Contains(several, Assert.Single(messages), StringComparison.Ordinal);
        Assert.DoesNotContain("neither side has proper motions", messages[0], StringComparison.Ordinal);
    }

    [Theory] // Høg et al. 2000: positions of Tycho-2 are for J2000, and EpRAm and EpDEm are mean epochs of the observations
    [InlineData("EpRAm=1968.5,EpDEm=1970.2")]
    [InlineData("EpRA=1989.1,EpDE=1990.2")]
    [InlineData("epra=1989.1,epde=1990.2")]
    public async Task Mean_epochs_of_observations_are_not_those_of_positions(string epochs)
    {
        MemorySide star = Star([.. Parse("pmRA=-8000,pmDE=1000"), .. Parse(epochs)]);
        CrossMatchOptions options = new() { RadiusArcsec = 3600, EpochYear = 2016 };
        Assert.InRange((await SeparationAsync(star, options with { EpochYearA = 2000 }))!.Value, 0, 0.01);
        Assert.Contains("no epoch of its positions is known. Set CrossMatchOptions.EpochYearA",
            (await Assert.ThrowsAsync<ArgumentException>(() => SeparationAsync(star, options))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stated_epoch_is_for_rows_without_one_and_a_message_says_so()
    {
        MemorySide star = Star(Parse("pmra=-8000,pmdec=1000,ref_epoch=2000"));
        List<string> messages = [];
        CrossMatchOptions options = new() { RadiusArcsec = 3600, EpochYear = 2016, EpochYearA = 2010, OnMessage = messages.Add };
        Assert.InRange((await SeparationAsync(star, options))!.Value, 0, 0.01);
        const string says = "applies only to rows of memory without a valid epoch in 'ref_epoch': their own epochs come before that of "
            + "memory";
        Assert.Contains($"CrossMatchOptions.EpochYearA = 2010 {says}", messages);

        // The epoch of a side to which the other one is moved is that of its rows, not the stated one.
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["b.csv"], "ra,dec,ref_epoch\n269.45,60,2000\n");
        using ITableReader b = await TableReader.OpenAsync(folder["b.csv"], cancellationToken: Token);
        messages.Clear();
        using MatchTable table = await CrossMatcher.MatchAsync(Star(Parse("pmra=-8000,pmdec=1000")), TableSide.Create(b),
            options with { EpochYear = null, EpochYearA = 2000, EpochYearB = 2016 }, Token);
        string saysOfB = says.Replace("memory", folder["b.csv"], StringComparison.Ordinal);
        Assert.Contains($"CrossMatchOptions.EpochYearB = 2016 {saysOfB}", messages);
        Assert.DoesNotContain(messages, m => m.Contains("are moved from", StringComparison.Ordinal));
        Assert.Contains(messages, m => m.Contains("the epochs in 'ref_epoch' from 2000 to 2000, and 2016 for rows without one",
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("E_RA,E_DE,sigma_ra,sigma_dec", "E_RA and E_DE")]
    [InlineData("sigma_dec,sigma_ra,E_DE,E_RA", "E_RA and E_DE")]
    [InlineData("e_RAJ2000,e_DEJ2000,e_ra,decErr", "e_RAJ2000 and e_DEJ2000")]
    [InlineData("ra_error,dec_error,RA_ERROR,DEC_ERROR", "ra_error and dec_error")]
    [InlineData("e_RA_ICRS,e_DE_ICRS", "e_RA_ICRS and e_DE_ICRS")]
    [InlineData("ra_err,e_dec", "ra_err and e_dec")]
    public async Task Errors_are_those_of_one_measurement(string names, string expected)
    {
        List<string> messages = [];
        await SeparationAsync(Star([.. names.Split(',').Select(name => (name, 1.0))]),
            new() { Errors = ErrorModel.Sigma, Sigma = 1, ErrorArcsecB = 1e-6, OnMessage = messages.Add });
        Assert.Contains(messages, m => m.Contains(expected, StringComparison.Ordinal));
    }

    private static (string, double)[] Parse(string columns) => [.. columns.Split(',').Select(c => c.Split('='))
        .Select(c => (c[0], double.Parse(c[1], System.Globalization.CultureInfo.InvariantCulture)))];
}
