using Pile.TestKit;

namespace Pile.Fits.Tests;

public class MalformedTests
{
    [Theory]
    [InlineData("empty.fits", "is empty")]
    [InlineData("spec-0266-51602-0031_truncated_header.fits", "cannot be")]
    [InlineData("spec-0266-51602-0031_truncated_half.fits", "truncated: its header declares data up to byte 137344, found 70001 bytes")]
    [InlineData("spec-0266-51602-0031_naxis2_huge.fits", "truncated")]
    [InlineData("truncated.fits.gz", "found 23640 bytes after decompression")]
    public void A_corrupt_file_is_named(string name, string finding)
    {
        string path = TestPaths.Data("malformed/" + name);
        FitsException error = Assert.Throws<FitsException>(() => ReadAll(path));
        Assert.Contains(path, error.Message);
        Assert.True(error.Message.Contains(finding), error.Message);
    }

    [Theory]
    [InlineData("blank.fits")]
    [InlineData("checksum_false.fits")]
    [InlineData("group_invalid.fits")]
    [InlineData("sdss_emptyfile.fits")]
    [InlineData("verify.fits")]
    [InlineData("zerowidth.fits")]
    [InlineData("spec-0266-51602-0031_no_coadd.fits")]
    [InlineData("spec-0266-51602-0031_renamed_flux.fits")]
    public void An_unusual_file_is_read_or_named(string name)
    {
        string path = TestPaths.Data("malformed/" + name);
        try
        {
            ReadAll(path);
        }
        catch (FitsException error)
        {
            Assert.Contains(path, error.Message);
        }
    }

    [Fact]
    public void Every_truncation_is_detected()
    {
        using TemporaryFolder folder = new();
        byte[] whole = File.ReadAllBytes(TestPaths.Data("catalog/small_sky.fits"));
        for (int length = 100; length < 5760 + 2880 + (131 * 44); length += 997)
        {
            string path = folder[$"{length}.fits"];
            File.WriteAllBytes(path, whole.AsSpan(0, length));
            Assert.True(Record.Exception(() => ReadAll(path)) is FitsException error && error.Message.Contains(path), $"cut at {length}");
        }
    }

    [Fact]
    public void Flipped_bytes_never_crash()
    {
        using TemporaryFolder folder = new();
        Random random = new(3);
        foreach (string name in (string[])["malformed/theap-gap.fits", "catalog/small_sky.fits", "images/example_cube.fits"])
        {
            byte[] whole = File.ReadAllBytes(TestPaths.Data(name));
            for (int i = 0; i < 150; i++)
            {
                byte[] broken = [.. whole];
                for (int j = 0; j < 4; j++)
                    broken[random.Next(broken.Length)] = (byte)random.Next(32, 127);
                string path = folder["broken.fits"];
                File.WriteAllBytes(path, broken);
                Assert.True(Record.Exception(() => ReadAll(path)) is null or FitsException);
            }
        }
    }

    [Fact]
    public void A_missing_HDU_is_reported_with_the_existing_ones()
    {
        string path = TestPaths.Data("malformed/spec-0266-51602-0031_no_coadd.fits");
        using FitsFile file = FitsFile.OpenRead(path);
        FitsException error = Assert.Throws<FitsException>(() => file.Hdu("COADD"));
        Assert.Contains("COADD", error.Message);
        Assert.Contains("SPECOBJ", error.Message);
        Assert.Throws<FitsException>(() => FitsFile.OpenRead(TestPaths.Data("malformed/no such file.fits")));
    }

    private static void ReadAll(string path)
    {
        TableOracle.ByPile(path);
        using FitsFile file = FitsFile.OpenRead(path);
        foreach (FitsHdu hdu in file.Hdus)
            if (hdu.Kind is FitsHduKind.Image && hdu.Image() is var image && image.Width * image.Height * image.PlaneCount < 1 << 24)
                image.Read(new double[image.Width * image.Height * image.PlaneCount].AsSpan());
    }
}
