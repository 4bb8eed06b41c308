using Pile.Format;
using Pile.Sky;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests;

/// <summary>Motions that no star can have do not move positions.</summary>
public sealed class StarLimitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    private static ColumnData<double> Column(string name, double[] values, string? unit = "mas/yr") =>
        new(new ColumnSchema { Name = name, DType = DType.Float64, Unit = unit, Nullable = true }, values);

    private static async Task<int> FoundAsync(MatchSide a, MatchSide b, CrossMatchOptions options)
    {
        using MatchTable table = await CrossMatcher.MatchAsync(a, b, options, Token);
        return (int)table.RowCount;
    }

    [Theory]
    [InlineData(-801.551, 10_362.394, true)] // Barnard's star, Gaia DR3: the largest known one
    [InlineData(6_491.223, -5_708.614, true)] // Kapteyn's star
    [InlineData(999, -20, true)]
    [InlineData(1e20, 1e20, false)]
    [InlineData(-9999, -9999, false)]
    [InlineData(-9999, 3, false)]
    [InlineData(3, 9999.900390625, false)] // as float32
    [InlineData(-999, -999, false)]
    [InlineData(99.99, 99.99, false)]
    [InlineData(12_001, 0, false)]
    public async Task Rows_with_a_proper_motion_that_no_star_has_keep_their_position_and_are_counted(double pmRa, double pmDec, bool moves)
    {
        List<string> messages = [];
        (double ra, double dec) = SpaceMotion.Propagate(10, 5, pmRa, pmDec, double.NaN, double.NaN, -16);
        MemorySide star = new([10, 40], [5, 6], Column("pmra", [pmRa, 1]), Column("pmdec", [pmDec, 1])),
            then = new(moves ? [ra, 40] : [10, 40], moves ? [dec, 6] : [5, 6]);
        CrossMatchOptions options = new() { RadiusArcsec = 0.1, EpochYearA = 2016, EpochYear = 2000, OnMessage = messages.Add };
        Assert.Equal(2, await FoundAsync(star, then, options));
        Assert.Equal(!moves, messages.Contains("1 of 2 rows of memory have a proper motion that no star has in 'pmra' and 'pmdec', more "
            + "than 12 arcsec/yr or a fill value such as -9999, and keep their position"));
    }

    [Fact] // with the smallest distance, the radial velocity of the second star would hide its proper motion
    public async Task Rows_with_an_impossible_parallax_are_moved_without_it_and_counted()
    {
        List<string> messages = [];
        MemorySide stars = new([10, 40], [5, 6], Column("pmra", [10, 10]), Column("pmdec", [0, 0]), Column("parallax", [5, 1e20], "mas"),
            Column("radial_velocity", [20, 20], "km/s"));
        (double ra, double dec) = SpaceMotion.Propagate(40, 6, 10, 0, double.NaN, 20, -16);
        MemorySide then = new([ra], [dec]);
        CrossMatchOptions options = new() { RadiusArcsec = 0.01, EpochYearA = 2016, EpochYear = 2000, OnMessage = messages.Add };
        Assert.Equal(1, await FoundAsync(stars, then, options));
        Assert.Contains("1 of 2 rows of memory have a parallax of more than 1 arcsec in 'parallax', and are moved without it", messages);
    }

    [Theory]
    [InlineData("arcsec/h")]
    [InlineData("deg.d-1")]
    [InlineData("arcsec/min")]
    [InlineData("arcsec s**-1")]
    public async Task Rates_of_the_Solar_System_do_not_move_positions(string unit)
    {
        List<string> messages = [];
        MemorySide asteroids = new([10], [5], Column("pmra", [30], unit), Column("pmdec", [-12], unit)), same = new([10], [5]);
        CrossMatchOptions options = new() { RadiusArcsec = 0.001, EpochYearA = 2000, OnMessage = messages.Add };
        string reason = $"'pmra' of memory is in {unit}: rates of objects in the Solar System are not the motions of stars, and positions "
            + "are not moved with them";
        Assert.Equal(1, await FoundAsync(asteroids, same, options with { EpochYear = 2016 }));
        Assert.Contains($"{reason}: its positions stay at epoch 2000", messages);
        Assert.Equal(1, await FoundAsync(asteroids, same, options with { EpochYearB = 2016 }));
        Assert.Contains($"positions of A are for epoch 2000, those of B for epoch 2016, and are not moved: {reason}", messages);
    }

    [Fact]
    public void Units_of_rates_are_angles_per_day_or_shorter_times()
    {
        Assert.False(StarLimits.IsOfSolarSystem(new() { Name = "pm", DType = DType.Float64, Unit = "mas/yr" }));
        Assert.False(StarLimits.IsOfSolarSystem(new() { Name = "rv", DType = DType.Float64, Unit = "km/s" }));
        Assert.False(StarLimits.IsOfSolarSystem(new() { Name = "pm", DType = DType.Float64, Unit = "s/yr" }));
        Assert.True(StarLimits.IsOfSolarSystem(new() { Name = "pm", DType = DType.Float64, Unit = "arcsec/h" }));
    }

    [Theory]
    [InlineData(2345, null)]
    [InlineData(1749.9, null)]
    [InlineData(1991.25, 1991.25)]
    public async Task An_epoch_that_a_table_declares_is_used_only_in_the_range_of_epochs(double year, double? expected)
    {
        await File.WriteAllTextAsync(folder["t.vot"], FormattableString.Invariant($"""
            <VOTABLE version="1.4"><RESOURCE><COOSYS ID="c" system="ICRS" epoch="J{year}"/><TABLE>
            <FIELD name="ra" datatype="double" unit="deg" ref="c"/><FIELD name="dec" datatype="double" unit="deg" ref="c"/>
            <DATA><TABLEDATA><TR><TD>10</TD><TD>5</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
            """), Token);
        using ITableReader table = TableReader.Open(folder["t.vot"], cancellationToken: Token);
        Assert.Equal(expected, TableSide.Create(table).EpochYear);
    }

    [Fact]
    public async Task Only_the_positions_of_a_match_are_in_its_frame()
    {
        MemorySide a = new([10], [5], Column("_RAB1950", [9.4], "deg")), b = new([10], [5], Column("RAdeg", [9.4], "deg"));
        CrossMatchOptions options = new() { RadiusArcsec = 1, ColumnsA = ["_RAB1950"], ColumnsB = ["RAdeg"] };
        await CrossMatcher.MatchToFileAsync(a, b, options, folder["t.vot"], cancellationToken: Token);
        Assert.Equal("a_ra a_dec b_ra b_dec", Python.Run("""
            import sys
            from astropy.io.votable import parse
            print(*[f.name for f in parse(sys.argv[1]).get_first_table().fields if f.ref])
            """, folder["t.vot"]).Trim());
    }
}
