using System.IO.Compression;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Pictures of chips, and errors of usage in builds from documents.</summary>
public sealed class ChipUsageTests(ChipDatasets chips) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Read_draws_chips_in_the_bands_of_a_composite()
    {
        foreach (string rgb in (string[])["red,nir,red", "red,red,nir"])
            Assert.Equal(0, PileProgram.Run("read", chips["chips/a1"], "--where", "chip_x = 0 AND chip_y = 0", "--columns", "chip_array",
                "--format", "png", "--rgb", rgb, "--out", folder[rgb]).ExitCode);
        // Without the composite all pixels are gray. Equal bands have equal brightness.
        Assert.Equal("red,nir,red 0 2\nred,red,nir 0 1\n", Python.Run("""
            import glob, sys, warnings
            import numpy as np, rasterio
            warnings.simplefilter('ignore')
            for rgb in ('red,nir,red', 'red,red,nir'):
                (path,) = glob.glob(f'{sys.argv[1]}/{rgb}/*.png')
                with rasterio.open(path) as file:
                    pixels = file.read().astype(int)
                coloured = pixels[:3, np.ptp(pixels[:3], axis=0) > 100]
                assert coloured.shape[1] > 1000
                print(rgb, *[c for c in range(3) if (coloured[c] == coloured[0]).mean() > 0.95])
            """, folder.Path).ReplaceLineEndings("\n"));
        Assert.Contains("'blue'", PileProgram.RunToError(2, "read", chips["chips/a1"], "--where", "chip_x = 0 AND chip_y = 0", "--columns",
            "chip_array", "--format", "png", "--rgb", "red,nir,blue", "--out", folder["none"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("16385")]
    [InlineData("-64")]
    [InlineData("64px")]
    public void Sizes_of_chips_that_are_not_valid_are_reported_with_their_option(string size) =>
        Assert.Contains($"--chips {size}: expected sizes from 1 to 16384 pixels", PileProgram.RunToError(2, "build", "--from",
            chips["a1/item.json"], "--chips", $"32,{size}", "--out", folder["d"]), StringComparison.Ordinal);

    [Theory]
    [InlineData("--scenes")]
    [InlineData("--chips", "32")]
    public void Compressed_documents_are_reported(params string[] kind)
    {
        using (GZipStream stream = new(File.Create(folder["items.ndjson.gz"]), CompressionLevel.Fastest))
            stream.Write(File.ReadAllBytes(chips["a1/item.json"]));
        Assert.Contains("the file is compressed with gzip. Decompress it first (gunzip)", PileProgram.RunToError(1,
            ["build", "--from", folder["items.ndjson.gz"], .. kind, "--out", folder["d"]]), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
