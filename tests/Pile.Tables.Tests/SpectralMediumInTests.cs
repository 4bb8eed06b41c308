using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Reads the spectral media of columns, in tables that Pile and other programs write.</summary>
public sealed class SpectralMediumInTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("t.ecsv")]
    [InlineData("t.fits")]
    [InlineData("t.vot")]
    [InlineData("t.parquet")]
    public async Task Columns_keep_their_media(string name)
    {
        ColumnData[] columns = [Column("v", "vacuum"), Column("a", "air"), Column("x", null), Column("b b", "air")];
        await TableWriter.WriteAsync(folder[name], [.. columns.Select(c => c.Schema)], new[] { new RowBatch(columns) }.ToAsyncEnumerable(),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("vacuum air none air", await MediaAsync(name));
    }

    [Theory] // FITS 4.0, section 8.4 and table 25: WAVE is the wavelength in vacuum, AWAV that in air
    [InlineData("TCTYP1='AWAV'", "air")]
    [InlineData("TCTYP1='WAVE',AIRORVAC='vac'", "vacuum")]
    [InlineData("AIRORVAC='air'", "none")] // of the HDU, which need not be this column
    [InlineData("TCTYP1='WAVE',AIRORVAC='air'", "none")]
    [InlineData("TCTYP1='WAVE',TCRVL1=5000.,TCDLT1=1.5,TCRPX1=1.", "none")] // the values are numbers of pixels
    [InlineData("TCTYP1='WAVE-LOG'", "none")]
    [InlineData("TCTYP1='FREQ'", "none")]
    public async Task A_FITS_column_declares_its_medium_by_its_type(string cards, string medium)
    {
        Python.Run("""
            import sys
            import numpy as np
            from astropy.io import fits
            hdu = fits.BinTableHDU.from_columns([fits.Column('w', 'D', unit='Angstrom', array=np.array([5000.5]))])
            for key, value in eval(f'dict({sys.argv[2]})').items():
                hdu.header[key] = value
            hdu.writeto(sys.argv[1])
            """, folder["t.fits"], cards);
        Assert.Equal(medium, await MediaAsync("t.fits"));
    }

    [Fact]
    public async Task Groups_of_a_VOTable_with_two_media_for_a_field_are_an_error()
    {
        string[] groups = [.. new[] { "air", "vacuum" }.Select(medium => "<GROUP name=\"spectral_medium\"><PARAM name=\"spectral_medium\" "
            + $"datatype=\"char\" arraysize=\"*\" value=\"{medium}\"/><FIELDref ref=\"w\"/></GROUP>")];
        Assert.Equal("air", await MediaOfAsync(groups[0]));
        Assert.Equal("vacuum", await MediaOfAsync(groups[1]));
        Assert.Equal("none", await MediaOfAsync(groups[0].Replace("\"w\"", "\"other\"", StringComparison.Ordinal)));
        Assert.Equal("none", await MediaOfAsync("<GROUP><FIELDref ref=\"w\"/></GROUP><PARAM name=\"spectral_medium\" datatype=\"char\" "
            + "arraysize=\"*\" value=\"air\"/>")); // of the table, not of the group
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => MediaOfAsync(string.Concat(groups)));
        Assert.Contains("GROUPs 'spectral_medium' declare the field 'w' as wavelengths in air and in vacuum", e.Message,
            StringComparison.Ordinal);

        Task<string> MediaOfAsync(string groups)
        {
            File.WriteAllText(folder["t.vot"], """
                <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
                <FIELD ID="w" name="w" datatype="double" unit="Angstrom"/>
                """ + groups + "<DATA><TABLEDATA><TR><TD>5000.5</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>");
            return MediaAsync("t.vot");
        }
    }

    private async Task<string> MediaAsync(string name)
    {
        using ITableReader table = await TableReader.OpenAsync(folder[name], cancellationToken: TestContext.Current.CancellationToken);
        return string.Join(' ', table.Columns.Select(c => c.SpectralMedium ?? "none"));
    }

    private static ColumnData<double> Column(string name, string? medium) => new(new ColumnSchema
    {
        Name = name,
        DType = DType.Float64,
        Unit = medium is null ? null : "Angstrom",
        SpectralMedium = medium,
    }, new[] { 5000.5 });
}
