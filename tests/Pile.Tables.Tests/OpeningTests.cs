using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public class OpeningTests
{
    [Theory]
    [InlineData("catalog/small_sky.fits", "t.csv", "its content is not CSV: it seems to be FITS")]
    [InlineData("catalog/result.csv", "t.fits", "its content is not FITS: it seems to be plain text")]
    [InlineData("catalog/small_sky.parquet", "t.csv", "it seems to be Parquet")]
    [InlineData("catalog/result.vot", "t.csv.gz", "it seems to be XML")]
    [InlineData("lightcurves/pantheon/ASASSN/ASASSN_2017erp.txt", "t.dat",
        "is not a text table: it seems to be a light curve in SNANA's text format (the builder 'snana' reads it)")]
    [InlineData("malformed/empty.csv", "t.csv", "the file is empty")]
    [InlineData("malformed/parquet_truncated.parquet", "t.parquet", "the Parquet data cannot be read")]
    public void A_file_with_the_wrong_extension_is_rejected(string file, string name, string finding)
    {
        using TemporaryFolder folder = new();
        File.Copy(TestPaths.Data(file), folder[name]);
        SourceUnreadableException e = Assert.Throws<SourceUnreadableException>(() => Tables.Open(folder[name]));
        Assert.Contains(finding, e.Message, StringComparison.Ordinal);
        Assert.Equal(folder[name], e.Path);
    }

    [Fact]
    public void Missing_files_and_unknown_extensions_are_rejected()
    {
        Assert.Contains("the file does not exist", Assert.Throws<SourceUnreadableException>(() => Tables.Open("/nowhere/t.csv")).Message,
            StringComparison.Ordinal);
        string extensions = Assert.Throws<ArgumentException>(() => Tables.Open("t.doc")).Message;
        Assert.Contains("extension of a table", extensions, StringComparison.Ordinal);
        Assert.Contains("or .fits.fz or .fit.fz.", extensions, StringComparison.Ordinal);
        Assert.Contains("parts", Assert.Throws<ArgumentException>(() => Tables.Open("t.csv#2")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("t.csv.bz2", "with bunzip2")]
    [InlineData("t.fits.XZ", "with unxz")]
    [InlineData("t.zip", "with unzip")]
    [InlineData("t.csv.zst", "with unzstd")]
    [InlineData("t.dat.Z", "with uncompress")]
    public void Files_of_other_compressors_are_rejected_with_a_program(string name, string expected) =>
        Assert.Contains($"'{name}' is compressed in a way that is not read. Decompress it first, for example {expected}, or compress it "
            + "with gzip (.gz).", Assert.Throws<ArgumentException>(() => Tables.Open(name)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("t.parq")]
    [InlineData("t.PQ")]
    public async Task Parquet_files_may_have_short_extensions(string name)
    {
        using TemporaryFolder folder = new();
        File.Copy(TestPaths.Data("catalog/small_sky.parquet"), folder[name]);
        using ITableReader table = Tables.Open(folder[name]), usual = Tables.Open(TestPaths.Data("catalog/small_sky.parquet"));
        Assert.Equal(usual.RowCount, table.RowCount);
        Assert.Equal(await Cells.ReadAsync(usual), await Cells.ReadAsync(table));
    }

    [Theory]
    [InlineData("plate #1/t.fits", "")]
    [InlineData("plate #1/t #2.fits", "")]
    [InlineData("plate.fits#1/t.csv", "")]
    [InlineData("plate #1/t.fits", "#1")]
    [InlineData("plate #1/t #2.vot.gz", "#NAME")]
    [InlineData("t.vot", "#I/34/greenw2a")] // the CDS has slashes in the names of tables
    [InlineData("plate #1/t.vot.gz", "#J/A+A/1#2/t")]
    public void A_hash_selects_a_part_only_after_the_extension_of_a_table(string file, string part) =>
        Assert.Equal(file, TableReader.FileOf(file + part));

    [Fact]
    public void A_part_of_a_file_with_another_extension_is_rejected_by_the_extension()
    {
        using TemporaryFolder folder = new();
        string file = folder["t.unknown"];
        Assert.Equal(file + "#1", TableReader.FileOf(file + "#1"));
        File.WriteAllText(file, "a\n1\n");
        Assert.Equal(file, TableReader.FileOf(file + "#1"));
        Assert.Contains($"'{file}#1' does not have the extension of a table", Assert.Throws<ArgumentException>(
            () => Tables.Open(file + "#1")).Message, StringComparison.Ordinal);
        File.WriteAllText(file + "#1", "a\n1\n");
        Assert.Equal(file + "#1", TableReader.FileOf(file + "#1"));
    }

    [Fact]
    public async Task Cancellation_stops_the_reading()
    {
        using CancellationTokenSource source = new();
        using ITableReader table = Tables.Open(TestPaths.Data("catalog/multi_row_group.parquet"));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (RowBatch _ in table.ReadAsync(cancellationToken: source.Token)) { }
        });
    }
}
