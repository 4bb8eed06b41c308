using Pile.Format;
using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Seeded mutations of real files.</summary>
[Collection("Alone")]
public sealed class MutatedFileTests
{
    [Theory]
    [InlineData(60)]
    [InlineData(280, Traits = ["Run", "Long"])]
    public async Task Mutated_files_read_or_fail_with_an_error_within_bounded_memory(int mutationsPerFile)
    {
        string[] paths = [.. Directory.GetFiles(TestPaths.Data("eo/rasters"), "*.tif").Order(StringComparer.Ordinal)];
        using TemporaryFolder folder = new();
        Random random = new(20);
        int read = 0, rejected = 0;
        long largest = 0;
        foreach (string path in paths)
        {
            byte[] original = File.ReadAllBytes(path);
            for (int i = 0; i < mutationsPerFile; i++)
            {
                File.WriteAllBytes(folder["x.tif"], Mutate(original, random));
                long before = GC.GetTotalAllocatedBytes();
                try
                {
                    await ReadAsync(folder["x.tif"]);
                    read++;
                }
                catch (PileException e)
                {
                    rejected++;
                    Assert.Contains("x.tif", e.Message, StringComparison.Ordinal);
                }
                largest = Math.Max(largest, GC.GetTotalAllocatedBytes() - before);
            }
        }
        Assert.True((read + rejected) * 280 >= 2000 * mutationsPerFile);
        Assert.True(read * 280 > 200 * mutationsPerFile && rejected * 280 > 500 * mutationsPerFile, $"{read} read, {rejected} rejected");
        Assert.InRange(largest, 0, 64 << 20);
    }

    private static async Task ReadAsync(string path)
    {
        using RasterPool pool = new(16 << 20);
        IRasterSource source = await RasterComparison.OpenAsync(path, pool);
        for (int i = 0; i < Math.Min(source.Layout.Levels.Count, 4); i++)
        {
            RasterLevel level = source.Layout.Levels[i];
            (int width, int height) = (Math.Min(level.Width, 300), Math.Min(level.Height, 300));
            int[] band = [source.Layout.Bands.Count - 1];
            RasterRequest request = new(i, band, level.Width - width, level.Height - height, width, height);
            await source.ReadAsync(request, new byte[width * height * source.Layout.DType.ElementBytes()],
                TestContext.Current.CancellationToken);
            if (source.Layout.MaskLevels.Count is 0 || source.Layout.MaskOf(level) is not null)
                await source.ReadValidAsync(request, new byte[width * height], TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Changes bytes, mostly in the header, or cuts the file.</summary>
    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] file = [.. original];
        if (random.Next(12) is 0)
            return file[..random.Next(file.Length)];
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            int at = random.Next(random.Next(4) is 0 ? file.Length : Math.Min(file.Length, 700));
            switch (random.Next(4))
            {
                case 0:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    file[at] = (byte)random.Next(256);
                    break;
                case 2:
                    file.AsSpan(at, Math.Min(4, file.Length - at)).Fill((byte)(random.Next(2) * 255));
                    break;
                default: // bytes of another place, for example another tag
                    int length = Math.Min(12, file.Length - at);
                    original.AsSpan(random.Next(Math.Min(file.Length, 700) - 12), length).CopyTo(file.AsSpan(at));
                    break;
            }
        }
        return file;
    }
}

/// <summary>Tests that measure the process.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneCollection;
