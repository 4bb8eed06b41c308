using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Parquet files whose pages have checksums, written by other programs (Apache parquet-testing).</summary>
public sealed class ParquetChecksumTests
{
    [Theory]
    [InlineData("plain-dict-uncompressed-checksum.parquet")]
    [InlineData("datapage_v1-snappy-compressed-checksum.parquet")]
    public async Task Pages_with_their_checksums_are_read(string file)
    {
        using ITableReader table = Tables.Open(PathOf(file));
        Assert.NotEmpty(await Cells.ReadAsync(table));
    }

    [Fact]
    public void A_page_that_is_not_that_of_its_checksum_is_an_error()
    {
        string path = PathOf("rle-dict-uncompressed-corrupt-checksum.parquet");
        SourceUnreadableException error = Assert.Throws<SourceUnreadableException>(() => Tables.Open(path));
        Assert.Contains("page 0 of column 'long_field' in row group 0 (at byte 4) has the CRC-32 ", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_damaged_byte_of_a_page_changes_a_value()
    {
        using TemporaryFolder folder = new();
        string path = PathOf("plain-dict-uncompressed-checksum.parquet");
        byte[] bytes = File.ReadAllBytes(path);
        List<string[]> expected;
        using (ITableReader table = Tables.Open(path))
            expected = await Cells.ReadAsync(table);
        int footer = bytes.Length - 8 - BitConverter.ToInt32(bytes, bytes.Length - 8), refused = 0;
        for (int i = 4; i < footer; i += 3)
        {
            bytes[i] ^= 0x10;
            File.WriteAllBytes(folder["t.parquet"], bytes);
            bytes[i] ^= 0x10;
            try
            {
                using ITableReader table = Tables.Open(folder["t.parquet"]);
                Assert.Equal(expected, await Cells.ReadAsync(table)); // the page headers have no checksum
            }
            catch (SourceUnreadableException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 40, (footer - 4) / 3);
    }

    private static string PathOf(string file) => TestPaths.Data($"catalog/parquet-testing/{file}");
}
