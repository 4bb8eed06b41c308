using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Texts of the headers of FITS tables, which are ASCII.</summary>
public sealed class FitsHeaderTextTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("t.fits", "flux in Å", "Müller", true)]
    [InlineData("t.fits.gz", "flux in Å", "Mueller", true)]
    [InlineData("t.fits", "flux at\tz > 1", "Mueller", false)]
    [InlineData("t.vot", "flux in Å", "Müller", false)]
    [InlineData("t.parquet", "flux in Å", "Müller", false)]
    public async Task Texts_that_FITS_does_not_keep_are_reported_once(string name, string description, string citation, bool isReported)
    {
        ColumnData[] columns = [new ColumnData<double>(new() { Name = "a", DType = DType.Float64 }, new[] { 1.0 }),
            new ColumnData<double>(new() { Name = "f", DType = DType.Float64, Description = description }, new[] { 1.0 })];
        List<string> messages = [];
        await TableWriter.WriteAsync(folder[name], [.. columns.Select(c => c.Schema)], new[] { new RowBatch(columns) }.ToAsyncEnumerable(),
            new() { About = new() { Facts = [new("citation", citation)] }, OnMessage = messages.Add },
            TestContext.Current.CancellationToken);
        string more = citation == "Müller" ? " and in 1 more text" : "";
        Assert.Equal(isReported ? [$"{folder[name]}: the header of a FITS file is ASCII, so other characters are written as '?' in the "
            + $"description of column 'f'{more}. ECSV, VOTable and Parquet keep them."] : [], messages);
        if (isReported)
            Assert.Equal("flux in ?\n", Python.Run("""
                import sys
                from astropy.io import fits
                print(fits.getheader(sys.argv[1], 1)['TCOMM2'])
                """, folder[name]));
    }
}
