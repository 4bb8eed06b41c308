using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Time scales that the file states, of zero points that the recipe or the unit of the column states.</summary>
public sealed class LightCurveScaleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory] // files of TESS without BJDREFI
    [InlineData("BJD - 2457000, days", "TIME")]
    [InlineData("BJD - 2457000, days", "{ column: TIME, zero_mjd: btjd }")]
    [InlineData("d", "{ column: TIME, zero_mjd: btjd }")]
    public async Task Zero_point_of_the_unit_or_recipe_has_the_scale_of_the_file(string unit, string time)
    {
        Make(unit, "TIMESYS='TDB', TIMEREF='SOLARSYSTEM'");
        BuilderRun run = Run("l.fits", time);
        Assert.Equal(("TDB", "BARYCENTER"), (run.Facts.TimeScale, run.Facts.TimeReference));
        RowBatch rows = Assert.Single(await run.ReadAllAsync(TestContext.Current.CancellationToken));
        double zeroMjd = rows["lightcurve_time"].Schema.Time!.ZeroMjd;
        Assert.Equal(Python.Run("""
            from astropy.time import Time
            print(repr(float(Time(2457000 + 1500., format='jd', scale='tdb').mjd)))
            """).Trim(), (zeroMjd + ((ColumnData<double>)rows["lightcurve_time"]).Values.Span[0]).ToString("0.0###",
            CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Zero_point_without_a_scale_in_recipe_and_file_is_an_error()
    {
        Make("d", "EXTNAME='x'");
        DocumentInvalidException e = Assert.Throws<DocumentInvalidException>(() => Run("l.fits", "{ column: TIME, zero_mjd: btjd }").Facts);
        Assert.Contains("'zero_mjd' require 'scale'", e.Message, StringComparison.Ordinal);
        Make("BJD - 2457000, days", "EXTNAME='x'");
        SchemaMismatchException unit = Assert.ThrowsAny<SchemaMismatchException>(() =>
            Run("l.fits", "TIME").ReadAllAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult());
        Assert.Contains("days since MJD 56999.5, and neither the file (TIMESYS) nor the recipe states their time scale", unit.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("decimalyear")]
    [InlineData("byear")]
    [InlineData("plot_date")]
    public void Formats_of_astropy_that_are_not_read_are_named_before_a_missing_scale(string format)
    {
        Python.Run("""
            import sys
            from astropy.table import QTable
            from astropy.time import Time
            t = QTable({'OID': [5, 5], 'ra': [1., 1.], 'dec': [1., 1.], 'F': [1., 2.]})
            t['TIME'] = Time(Time([59000.5, 59001.5], format='mjd', scale='utc'), format=sys.argv[2])
            t.write(sys.argv[1])
            """, folder["l.ecsv"], format);
        SchemaMismatchException e = Assert.Throws<SchemaMismatchException>(() => Run("l.ecsv", "TIME").Facts);
        Assert.Contains($"its times are in astropy's format '{format}'", e.Message, StringComparison.Ordinal);
    }

    [Theory] // wcslib, as astropy calls it, computes the coordinates of a pixel list
    [InlineData("TCRVL4=100., TCRPX4=0., TCDLT4=1.")]
    [InlineData("TCRVL4=100., TCRPX4=2.")]
    [InlineData("TCRPX4=1.")]
    public async Task Times_of_a_pixel_list_are_relative_to_the_reference_time(string cards)
    {
        Make("", $"TIMESYS='TDB', MJDREF=55000., TCTYP4='TDB', TCUNI4='d', {cards}");
        RowBatch rows = Assert.Single(await Run("l.fits", "TIME").ReadAllAsync(TestContext.Current.CancellationToken));
        double mjd = rows["lightcurve_time"].Schema.Time!.ZeroMjd + ((ColumnData<double>)rows["lightcurve_time"]).Values.Span[0];
        Assert.Equal(double.Parse(Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            from astropy.io import fits
            from astropy.wcs import WCS
            h = fits.getheader(sys.argv[1], 1)
            w = WCS(h, keysel=['pixel'], colsel=[4])
            x = w.wcs_pix2world([[1500.0]], 1)[0, 0]
            print(repr(float(h['MJDREF'] + x * {'d': 1, 's': 1 / 86400}[str(w.wcs.cunit[0])])))
            """, folder["l.fits"]), CultureInfo.InvariantCulture), mjd, 1e-9);
    }

    [Fact]
    public async Task Times_in_other_steps_than_their_unit_are_an_error()
    {
        Make("", "TIMESYS='TDB', MJDREF=55000., TCTYP4='TDB', TCUNI4='d', TCRVL4=100., TCRPX4=1., TCDLT4=.5");
        PileException e = await Assert.ThrowsAnyAsync<PileException>(
            () => Run("l.fits", "TIME").ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Contains("'TIME' has times in steps of TCDLT4 = 0.5", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Years_of_a_VOTable_without_an_origin_are_Julian_years()
    {
        string year = Python.Run("""
            from astropy.time import Time
            print(repr(float(Time(59000.89, format='mjd', scale='tt').jyear)))
            """).Trim();
        File.WriteAllText(folder["l.vot"], $"""
            <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE>
            <TIMESYS ID="ts" timescale="TT" refposition="TOPOCENTER"/><TABLE>
            <FIELD name="OID" datatype="long"/><FIELD name="ra" datatype="double" unit="deg"/>
            <FIELD name="dec" datatype="double" unit="deg"/>
            <FIELD name="TIME" ref="ts" datatype="double" unit="yr"/><FIELD name="F" datatype="float" unit="Jy"/>
            <DATA><TABLEDATA><TR><TD>5</TD><TD>1</TD><TD>1</TD><TD>{year}</TD><TD>1</TD></TR></TABLEDATA>
            </DATA></TABLE></RESOURCE></VOTABLE>
            """);
        RowBatch rows = Assert.Single(await Run("l.vot", "TIME").ReadAllAsync(TestContext.Current.CancellationToken));
        double zeroMjd = rows["lightcurve_time"].Schema.Time!.ZeroMjd;
        Assert.Equal(59000.89, zeroMjd + ((ColumnData<double>)rows["lightcurve_time"]).Values.Span[0], 1e-6);
        Assert.Equal(59000.89, ((ColumnData<double>)rows["mjd"]).Values.Span[0], 1e-6);
    }

    private BuilderRun Run(string file, string time) => BuilderRuns.Builder(
        $"kind: lightcurve-table\nfiles: {file}\nid: OID\nra: ra\ndec: dec\ntime: {time}\nflux: F\nband: {{ name: V }}", folder.Path);

    private void Make(string unit, string cards) => Python.Run($"""
        import sys
        from astropy.io import fits
        C = fits.Column
        h = fits.BinTableHDU.from_columns([C('OID', 'K', array=[5]), C('ra', 'D', unit='deg', array=[1.]),
            C('dec', 'D', unit='deg', array=[1.]), C('TIME', 'D', unit='{unit}' or None, array=[1500.]),
            C('F', 'E', unit='Jy', array=[1.])])
        h.header.update(dict({cards}))
        h.writeto(sys.argv[1], overwrite=True)
        """, folder["l.fits"]);
}
