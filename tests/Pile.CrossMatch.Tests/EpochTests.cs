using Pile.Format;
using Pile.Sky;

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

    [Fact]
    public async Task Epochs_of_0_and_99999_are_missing_unless_the_side_has_one()
    {
        List<string> messages = [];
        CrossMatchOptions options = new() { RadiusArcsec = 0.001, EpochYear = 2000, OnMessage = messages.Add };
        MemorySide stars = Stars([2016, 0, 99999, 2016]);
        Assert.Equal(2, (await MatchAsync(stars, At2000(), options)).Count);
        Assert.Contains("2 of 4 rows of memory have no valid epoch and keep their position", messages);
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
