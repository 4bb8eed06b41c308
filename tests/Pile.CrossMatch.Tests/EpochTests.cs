using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests;

/// <summary>Matches at a common epoch.</summary>
public class EpochTests
{
    private static readonly double[] Ra = [10, 120, 359.9999, 200], Dec = [20, 89.5, -0.001, -60], PmRa = [1000, -2000, 5000, double.NaN],
        PmDec = [-500, 3000, 100, 10], Epochs = [2016, 2010, 2016, 2016];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ColumnData<double> Column(string name, double[] values, string? unit = null) =>
        new ColumnData<double>(new ColumnSchema { Name = name, DType = DType.Float64, Unit = unit, Nullable = true }, values);

    private static MemorySide Stars(double[]? epochs = null, double factor = 1, string? unit = "mas/yr") => new(Ra, Dec,
        Column("pmra", [.. PmRa.Select(p => p * factor)], unit), Column("pmdec", [.. PmDec.Select(p => p * factor)], unit),
        Column("ref_epoch", epochs ?? Epochs));

    // The stars at epoch 2000, computed by the formula that SpaceMotionTests compares with astropy.
    private static MemorySide At2000()
    {
        (double Ra, double Dec)[] moved = [.. Enumerable.Range(0, 4).Select(i => double.IsNaN(PmRa[i]) ? (Ra[i], Dec[i])
            : SpaceMotion.Propagate(Ra[i], Dec[i], PmRa[i], PmDec[i], 0, 0, 2000 - Epochs[i]))];
        return new([.. moved.Select(m => m.Ra)], [.. moved.Select(m => m.Dec)]);
    }

    private static async Task<List<(ObjectId, ObjectId)>> MatchAsync(MatchSide a, MatchSide b, CrossMatchOptions options)
    {
        using MatchTable table = await CrossMatcher.MatchAsync(a, b, options, Token);
        List<(ObjectId, ObjectId)> pairs = [];
        foreach (MatchPair pair in table)
            pairs.Add((pair.A!.Value, pair.B!.Value));
        return [.. pairs.OrderBy(p => p.Item1.Number)];
    }

    [Theory]
    [InlineData(1, "mas/yr")]
    [InlineData(1e-3, "arcsec/yr")]
    [InlineData(1, null)]
    public async Task Stars_are_found_at_the_common_epoch_and_rows_without_motion_are_counted(double factor, string? unit)
    {
        List<string> messages = [];
        CrossMatchOptions options = new() { RadiusArcsec = 0.001, EpochYear = 2000, OnMessage = messages.Add };
        Assert.Equal(4, (await MatchAsync(Stars(factor: factor, unit: unit), At2000(), options)).Count);
        Assert.Equal(4, (await MatchAsync(At2000(), Stars(factor: factor, unit: unit), options)).Count);
        Assert.Contains("1 of 4 rows of memory have no proper motion and keep their position", messages);
        Assert.Equal(unit is null, messages.Exists(m => m.EndsWith("in mas/yr because they have no unit", StringComparison.Ordinal)));
        Assert.Single(await MatchAsync(Stars(), At2000(), options with { EpochYear = null })); // only the star without motion
    }

    [Fact] // masked values of some FITS tables are 1E20
    public async Task Stars_with_an_impossible_radial_velocity_are_moved_without_it_and_counted()
    {
        List<string> messages = [];
        MemorySide stars = new(Ra, Dec, Column("pmra", PmRa, "mas/yr"), Column("pmdec", PmDec, "mas/yr"), Column("ref_epoch", Epochs),
            Column("radial_velocity", [1e20, -1e20, double.NaN, 20], "km/s"));
        Assert.Equal(4, (await MatchAsync(stars, At2000(), new() { RadiusArcsec = 0.001, EpochYear = 2000, OnMessage = messages.Add }))
            .Count);
        Assert.Contains("2 of 4 rows of memory have a radial velocity of more than half the speed of light in 'radial_velocity', and are "
            + "moved without it", messages);
    }

    [Fact] // astropy: (1 * u.hourangle / 24 / 3600).to(u.mas) is 15000 mas
    public async Task Seconds_of_right_ascension_are_an_error_that_says_how_to_convert_them() => Assert.Contains(
        "If it is seconds of right ascension, which lack the cosine of the declination, multiply its values by 15000 cos(dec) for mas/yr.",
        (await Assert.ThrowsAsync<ArgumentException>(() => MatchAsync(Stars(unit: "s/yr"), At2000(),
            new() { RadiusArcsec = 1, EpochYear = 2000 }))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Epochs_of_0_and_99999_are_missing_unless_the_side_has_one()
    {
        List<string> messages = [];
        CrossMatchOptions options = new() { RadiusArcsec = 0.001, EpochYear = 2000, OnMessage = messages.Add };
        MemorySide stars = Stars([2016, 0, 99999, 2016]);
        Assert.Equal(2, (await MatchAsync(stars, At2000(), options)).Count);
        Assert.Contains("2 of 4 rows of memory have no valid epoch, a year from 1750 to 2150, and keep their position", messages);
        Assert.Equal(3, (await MatchAsync(stars, At2000(), options with { EpochYearA = 2016 })).Count);
    }

    [Fact]
    public async Task Known_epochs_that_differ_move_the_side_with_motions_or_warn()
    {
        List<string> messages = [];
        CrossMatchOptions options = new() { RadiusArcsec = 0.001, EpochYearA = 2016, EpochYearB = 2000, OnMessage = messages.Add };
        Assert.Equal(4, (await MatchAsync(Stars(), At2000(), options)).Count);
        Assert.Equal(4, (await MatchAsync(At2000(), Stars(), options with { EpochYearA = 2000, EpochYearB = 2016 })).Count);
        messages.Clear();
        await MatchAsync(At2000(), At2000(), options);
        Assert.Equal("positions of A are for epoch 2016, those of B for 2000, and neither side has proper motions: in 16 years a typical "
            + "star moves 0.16 arcsec, a nearby one 1.6 arcsec", Assert.Single(messages));
    }

    [Fact]
    public async Task A_side_with_motions_whose_epoch_is_unknown_is_reported()
    {
        List<string> messages = [];
        CrossMatchOptions options = new() { RadiusArcsec = 0.001, OnMessage = messages.Add };
        MemorySide unknown = new(Ra, Dec, Column("pmra", PmRa), Column("pmdec", PmDec));
        await MatchAsync(unknown, At2000(), options with { EpochYearB = 2000 });
        await MatchAsync(At2000(), unknown, options with { EpochYearA = 2000 });
        await MatchAsync(Stars([57205, 0, 99999, 57205]), At2000(), options with { EpochYearB = 2000 }); // no Julian years
        Assert.Equal(["A", "B", "A"], messages.Select(m => m.Split(' ')[2]));
        Assert.All(messages, m => Assert.Matches("^positions of (A|B) are not moved to the epoch of (A|B) by 'pm[a-z_]+' and 'pm[a-z_]+', "
            + @"because their epoch is unknown\. Set CrossMatchOptions\.EpochYear\1$", m));
        messages.Clear();
        await MatchAsync(unknown, Stars(), options); // its motions are not used, and those of B have no epoch to go to
        Assert.StartsWith("positions of A are not moved to the epoch of B", Assert.Single(messages), StringComparison.Ordinal);
        messages.Clear();
        await MatchAsync(unknown, At2000(), options); // neither epoch is known
        await MatchAsync(At2000(), At2000(), options with { EpochYearB = 2000 }); // no motions
        Assert.Empty(messages);
    }

    [Theory] // the motions of the side whose epoch is known: the other side is a plain table
    [InlineData(1, true)]
    [InlineData(double.NaN, false)]
    [InlineData(0, false)]
    public async Task Motions_that_are_not_used_because_the_other_epoch_is_unknown_are_reported(double factor, bool isReported)
    {
        using TemporaryFolder folder = new();
        MemorySide stars = Stars(factor: factor);
        await using Dataset dataset = await Stars(factor: factor).ToDatasetAsync(folder["stars"], Token);
        List<string> messages = [];
        CrossMatchOptions options = new() { RadiusArcsec = 0.001, OnMessage = messages.Add };
        foreach (MatchSide side in (MatchSide[])[stars, new DatasetSide(dataset)])
        {
            await MatchAsync(side, At2000(), options);
            await MatchAsync(side, At2000(), options with { EpochYearA = 2016 });
            await MatchAsync(At2000(), side, options with { EpochYearB = 2016 });
        }
        messages.RemoveAll(m => m.StartsWith("CrossMatchOptions.", StringComparison.Ordinal)); // the rows have epochs of their own
        Assert.Equal(isReported ? ["A", "A", "B", "A", "A", "B"] : [], messages.Select(m => m.Split(' ')[2]));
        Assert.All(messages, m => Assert.Matches("^positions of (A|B) are not moved by 'pmra' and 'pmdec', because the epoch of (A|B) is "
            + @"unknown\. Set CrossMatchOptions\.EpochYear\2, or the epoch to which \1 is moved as CrossMatchOptions\.EpochYear$", m));
        messages.Clear();
        Assert.Equal(isReported ? 4 : 1, (await MatchAsync(Stars(factor: isReported ? 1 : factor), At2000(),
            options with { EpochYearB = 2000 })).Count);
        await MatchAsync(stars, stars, options);
        (await CrossMatcher.MatchSelfAsync(stars, options, Token)).Dispose();
        Assert.DoesNotContain(messages, m => m.Contains("is unknown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Motions_of_a_table_that_are_not_used_are_looked_at_once()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "id,ra,dec,pmra,pmdec\n1,10,20,0,0\n2,120,10,0,\n", Token);
        await using CountedTable table = new(await TableReader.OpenAsync(folder["t.csv"], cancellationToken: Token));
        List<string> messages = [];
        await MatchAsync(TableSide.Create(table), At2000(), new() { RadiusArcsec = 1, EpochYearA = 2016, OnMessage = messages.Add });
        Assert.DoesNotContain(messages, message => message.Contains("pmra", StringComparison.Ordinal));
        Assert.Equal(["pmra,pmdec"], table.Reads.Where(columns => columns.Contains("pm", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Rows_with_epochs_of_their_own_are_moved_to_the_epoch_of_the_other_side_as_by_erfa()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np, erfa
            rng = np.random.default_rng(3)
            n = 50
            ra, dec = rng.uniform(0, 360, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n)))
            pmra, pmdec, epoch = rng.normal(0, 900, n), rng.normal(0, 900, n), rng.uniform(1980, 2020, n)
            mas, plx = np.radians(1 / 3.6e6), np.full(n, 50.0)
            r, d, *_ = erfa.pmsafe(np.radians(ra), np.radians(dec), pmra * mas / np.cos(np.radians(dec)), pmdec * mas, plx / 1000, 0.0,
                                   2451545.0, (epoch - 2000) * 365.25, 2451545.0, 0.0)
            save = lambda name, rows, header: np.savetxt(f'{sys.argv[1]}/{name}.csv', np.c_[*rows], delimiter=',', fmt='%.17g', comments='',
                                                         header=header)
            save('stars', (ra, dec, pmra, pmdec, plx, epoch), 'ra,dec,pmra,pmdec,parallax,ref_epoch')
            save('same', (ra, dec, pmra, pmdec, plx, epoch * 0 + 2016), 'ra,dec,pmra,pmdec,parallax,ref_epoch')
            save('at2000', (np.degrees(r) % 360, np.degrees(d)), 'ra,dec')
            save('rows2000', (np.degrees(r) % 360, np.degrees(d), epoch * 0 + 2000), 'ra,dec,ref_epoch')
            save('various', (np.degrees(r) % 360, np.degrees(d), epoch), 'ra,dec,ref_epoch')
            """, folder.Path);
        await using ITableReader stars = await TableReader.OpenAsync(folder["stars.csv"], cancellationToken: Token),
            same = await TableReader.OpenAsync(folder["same.csv"], cancellationToken: Token),
            at2000 = await TableReader.OpenAsync(folder["at2000.csv"], cancellationToken: Token),
            rows2000 = await TableReader.OpenAsync(folder["rows2000.csv"], cancellationToken: Token),
            various = await TableReader.OpenAsync(folder["various.csv"], cancellationToken: Token);
        List<string> messages = [];
        CrossMatchOptions options = new() { RadiusArcsec = 1e-5, OnMessage = messages.Add };
        async Task<int> PairsAsync(ITableReader a, ITableReader b, CrossMatchOptions with) =>
            (await MatchAsync(TableSide.Create(a), TableSide.Create(b), with)).Count(p => p.Item1 == p.Item2);

        Assert.Equal(50, await PairsAsync(stars, at2000, options with { EpochYearB = 2000 }));
        Assert.Equal(50, await PairsAsync(at2000, stars, options with { EpochYearA = 2000 }));
        Assert.Equal(50, await PairsAsync(stars, rows2000, options));
        Assert.Equal(50, await PairsAsync(rows2000, stars, options));
        Assert.Equal(4, messages.Count(m => m.Contains("are moved from the epochs in 'ref_epoch' to epoch 2000 by 'pmra' and 'pmdec'",
            StringComparison.Ordinal)));
        Assert.Equal(0, await PairsAsync(stars, at2000, options)); // the epoch of B is not known
        messages.Clear();
        Assert.Equal(50, await PairsAsync(stars, stars, options)); // various epochs on both sides, and the same positions
        Assert.Matches("^positions of A are for the epochs in 'ref_epoch' from 19[0-9.]+ to 20[0-9.]+, those of B for the epochs .* are "
            + "not moved: there is no single epoch to which a side with proper motions could be moved. Set CrossMatchOptions.EpochYear$",
            Assert.Single(messages));
        messages.Clear();
        await PairsAsync(same, various, options);
        Assert.Contains("Set CrossMatchOptions.EpochYear", Assert.Single(messages), StringComparison.Ordinal);
        messages.Clear();
        await PairsAsync(same, same, options);
        Assert.Empty(messages);
        await PairsAsync(various, rows2000, options);
        Assert.EndsWith("and are not moved: neither side has proper motions", Assert.Single(messages), StringComparison.Ordinal);

        Assert.Contains("The epochs of the sides differ (A has the epochs in 'ref_epoch' from 19", (await Assert.ThrowsAsync<
            ArgumentException>(() => CrossMatcher.MatchManyAsync([TableSide.Create(stars), TableSide.Create(at2000),
                TableSide.Create(rows2000)], options, Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_with_a_column_of_epochs_is_moved_and_one_with_the_same_epoch_is_not()
    {
        using TemporaryFolder folder = new();
        await using Dataset stars = await Stars().ToDatasetAsync(folder["stars"], Token),
            same = await Stars([2000, 2000, 2000, 2000]).ToDatasetAsync(folder["same"], Token);
        List<string> messages = [];
        CrossMatchOptions options = new() { RadiusArcsec = 0.001, EpochYearB = 2000, OnMessage = messages.Add };
        Assert.Equal(4, (await MatchAsync(new DatasetSide(stars), At2000(), options)).Count);
        Assert.Contains("from the epochs in 'ref_epoch' to epoch 2000", messages[0], StringComparison.Ordinal);
        messages.Clear();
        Assert.Single(await MatchAsync(new DatasetSide(same), At2000(), options));
        Assert.Empty(messages);
        await MatchAsync(new DatasetSide(stars), new DatasetSide(same), options with { EpochYearB = null });
        Assert.Contains("from the epochs in 'ref_epoch' to epoch 2000", messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_common_epoch_without_proper_motions_is_reported()
    {
        List<string> messages = [];
        CrossMatchOptions options = new() { RadiusArcsec = 1, EpochYear = 2000, OnMessage = messages.Add };
        await MatchAsync(At2000(), At2000(), options);
        Assert.Equal(["memory has no proper motions: its positions are not moved to epoch 2000"], messages.Distinct());
        messages.Clear();
        await MatchAsync(At2000(), At2000(), options with { EpochYearA = 2016, EpochYearB = 2000 });
        Assert.Equal("memory has no proper motions: its positions stay at epoch 2016", Assert.Single(messages));
    }

    [Fact]
    public async Task Unknown_and_impossible_epochs_and_units_are_errors()
    {
        MemorySide unknown = new(Ra, Dec, Column("pmra", PmRa), Column("pmdec", PmDec));
        Assert.Contains("no epoch of its positions is known. Set CrossMatchOptions.EpochYearA",
            (await Assert.ThrowsAsync<ArgumentException>(
            () => MatchAsync(unknown, At2000(), new() { RadiusArcsec = 1, EpochYear = 2000 }))).Message, StringComparison.Ordinal);
        Assert.Contains("must be a Julian year from 1750 to 2150; it is 51544", (await Assert.ThrowsAsync<ArgumentException>(
            () => MatchAsync(Stars(), At2000(), new() { RadiusArcsec = 1, EpochYear = 51544 }))).Message, StringComparison.Ordinal);
        Assert.Contains("has the unit 'mag', which cannot be converted to mas/yr", (await Assert.ThrowsAsync<ArgumentException>(
            () => MatchAsync(Stars(unit: "mag"), At2000(), new() { RadiusArcsec = 1, EpochYear = 2000 }))).Message,
            StringComparison.Ordinal);
    }
}
