using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Compares times of written FITS tables, in several units, with those that wcslib computes from their pixel lists.</summary>
public sealed class FitsTimeUnitTests : IDisposable
{
    private const double Zero = 51_544.25, Value = 100.5;
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, double> UnitsOfTime => new()
    {
        { "d", 1 }, { "s", 1 / 86_400.0 }, { "min", 1 / 1_440.0 }, { "h", 1 / 24.0 }, { "us", 1e-6 / 86_400 },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(UnitsOfTime))]
    public async Task Times_with_zero_points_of_their_own_are_read_by_wcslib_and_by_Pile(string unit, double daysPerUnit)
    {
        await WriteAsync(Column("mjd", "d", 0), Column("t", unit, Zero));
        await RequireAsync(unit, Zero + (Value * daysPerUnit));
    }

    [Theory]
    [MemberData(nameof(UnitsOfTime))]
    public async Task Times_with_a_common_zero_point_are_read_by_wcslib_and_by_Pile(string unit, double daysPerUnit)
    {
        await WriteAsync(Column("u", unit, Zero), Column("t", unit, Zero));
        await RequireAsync(unit, Zero + (Value * daysPerUnit));
    }

    [Fact]
    public async Task Files_of_earlier_versions_have_steps_of_one_day()
    {
        await WriteAsync(Column("mjd", "d", 0), Column("t", "s", Zero));
        Python.Run("""
            import sys
            from astropy.io import fits
            with fits.open(sys.argv[1], mode='update') as f:
                f[1].header['TCDLT2'] = 1.0
            """, folder["t.fits"]);
        using ITableReader table = await TableReader.OpenAsync(folder["t.fits"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(("s", new TimeAxis("TT", null, Zero)), (table.Columns[1].Unit, table.Columns[1].Time));
    }

    [Fact]
    public async Task Steps_other_than_the_unit_of_the_values_are_an_error()
    {
        await WriteAsync(Column("mjd", "d", 0), Column("t", "s", Zero));
        Python.Run("""
            import sys
            from astropy.io import fits
            with fits.open(sys.argv[1], mode='update') as f:
                f[1].header["TCDLT2"] = 0.5
            """, folder["t.fits"]);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(
            () => TableReader.OpenAsync(folder["t.fits"], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("'t' has times in steps of TCDLT2 = 0.5 d, which is not the unit of its values, 's'", e.Message,
            StringComparison.Ordinal);
    }

    private async Task RequireAsync(string unit, double expectedMjd)
    {
        string[] ofWcslib = Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            from astropy.io import fits
            from astropy.wcs import WCS
            h = fits.getheader(sys.argv[1], 1)
            w = WCS(h, keysel=['pixel'], colsel=[2])
            x = w.wcs_pix2world([[float(sys.argv[2])]], 1)[0, 0] * w.wcs.cunit[0].to('d')
            print(repr(float(h.get('MJDREF', 0) + x)), h['TUNIT2'])
            """, folder["t.fits"], Value.ToString(CultureInfo.InvariantCulture)).Split();
        Assert.Equal(unit, ofWcslib[1]);
        Assert.Equal(expectedMjd, double.Parse(ofWcslib[0], CultureInfo.InvariantCulture), 1e-10);
        using ITableReader table = await TableReader.OpenAsync(folder["t.fits"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((unit, new TimeAxis("TT", null, Zero)), (table.Columns[1].Unit, table.Columns[1].Time));
    }

    private static ColumnData<double> Column(string name, string unit, double zeroMjd) => new(new ColumnSchema
    {
        Name = name,
        DType = DType.Float64,
        Unit = unit,
        Time = new TimeAxis("TT", null, zeroMjd),
    }, new[] { Value });

    private async Task WriteAsync(params ColumnData[] columns) => await TableWriter.WriteAsync(folder["t.fits"],
        [.. columns.Select(c => c.Schema)], new[] { new RowBatch(columns) }.ToAsyncEnumerable(),
        cancellationToken: TestContext.Current.CancellationToken);
}
