using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Pile.Bench.Harness;
using Pile.Codecs;
using Pile.Rasters;
using Pile.Storage;

namespace Pile.Bench.Benchmarks;

/// <summary>Reads the blocks of chips and decompresses the rows that they need, and nothing else: the limit of a reader of chips.</summary>
internal sealed class BareBlocks
{
    private const int Size = 256, Bands = 3;
    private static readonly string[] Names = ["red", "green", "nir"];

    private readonly List<(SafeFileHandle File, long Offset, int Stored, int Wanted)> blocks = [];

    /// <summary>Finds the blocks of chips: scene, column and row of the chip.</summary>
    internal static async Task<BareBlocks> OpenAsync(string folder, (int Scene, int X, int Y)[] chips)
    {
        BareBlocks bare = new();
        using RasterPool pool = new();
        Dictionary<string, (SafeFileHandle File, RasterLayout Layout)> files = [];
        foreach ((int scene, int x, int y) in chips)
            for (int band = 0; band < Bands; band++)
            {
                string name = $"{scene:000}_{Names[band]}.tif";
                if (!files.TryGetValue(name, out (SafeFileHandle File, RasterLayout Layout) file))
                {
                    IRasterSource source = await new TiffDriver().OpenAsync(
                        new RasterUnit { Store = new LocalFolder(folder), Path = name }, pool);
                    files.Add(name, file = (File.OpenHandle(Path.Combine(folder, name)), source.Layout));
                }
                RasterLevel level = file.Layout.Levels[0];
                int block = (y * Size / level.BlockHeight * level.BlocksAcross) + (x * Size / level.BlockWidth);
                bare.blocks.Add((file.File, level.Offsets![block], (int)level.Sizes![block],
                    ((y * Size % level.BlockHeight) + Size) * level.BlockWidth * sizeof(ushort)));
            }
        return bare;
    }

    /// <summary>Reads and decompresses all of them.</summary>
    internal Pass Run(int threads)
    {
        long start = Stopwatch.GetTimestamp();
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            using ZlibDecompressor zlib = new();
            byte[] stored = new byte[blocks.Max(b => b.Stored)],
                raw = new byte[blocks.Max(b => b.Wanted) + ZlibDecompressor.PrefixRoomBytes];
            for (int i = blocks.Count * part / threads; i < blocks.Count * (part + 1) / threads; i++)
            {
                (SafeFileHandle file, long offset, int bytes, int wanted) = blocks[i];
                RandomAccess.Read(file, stored.AsSpan(0, bytes), offset);
                zlib.DecompressPrefix(stored.AsSpan(0, bytes), wanted, raw);
            }
        });
        return new Pass(Stopwatch.GetElapsedTime(start).TotalSeconds, "");
    }
}
