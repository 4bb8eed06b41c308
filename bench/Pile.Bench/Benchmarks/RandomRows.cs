using System.Diagnostics;
using System.Globalization;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Reading;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures reading whole rows of images in random order from a warm file cache, as a training loop does.</summary>
internal sealed class RandomRows : IBenchmark
{
    internal const string Script = "h5py_rows.py", LanceScript = "lance_rows.mjs";
    private const string ZarrScript = "zarr_rows.py";
    private const int RawRounds = 25, RawPasses = 3, DeflateRounds = 11, SlowRounds = 5;

    public string Name => "rows";

    public IReadOnlyList<string> PeerScripts => [Script, ZarrScript, LanceScript];

    public async Task<Section> RunAsync()
    {
        Peer.Generate(Script, Name);
        string zarrFolder = $"{Name}/zarr", lanceFolder = $"{Name}/lance";
        Peer.Generate(ZarrScript, zarrFolder);
        Peer.Generate(LanceScript, lanceFolder);
        await ImageDatasets.BuildAsync(Name, "raw", PieceCodec.None);
        await ImageDatasets.BuildAsync(Name, "deflate", PieceCodec.ShuffleDeflate);
        long[] order = NpyFile.ReadAll<long>(Folders.Work(Name, "order.npy"), "<i8");
        await using Dataset raw = await Dataset.OpenAsync(Folders.Work(Name, "raw")),
            deflate = await Dataset.OpenAsync(Folders.Work(Name, "deflate"));
        using Peer peer = Peer.Start(Script, Folders.Work(Name));

        List<Figure> figures = [];
        RowPass plain = await RowPass.OpenAsync(raw, order, isVerified: false),
            verified = await RowPass.OpenAsync(raw, order, isVerified: true);
        RequireSame("raw", verified, peer.Run("contiguous sha256"));
        Compare("raw, 1 thread", plain, 1, "contiguous", 0.8);
        Compare("raw, 2 threads", plain, 2, "contiguous", 1.4);
        Compare("raw, verified, 1 thread", verified, 1, "contiguous", 0.5);
        Compare("raw, verified, 2 threads", verified, 2, "contiguous", 0.9);
        Compare("raw, 1 thread", plain, 1, "chunk_raw", null);
        Compare("raw, each row into an array of its own, 1 thread", plain with { IsAllocating = true }, 1, "contiguous", null);

        RowPass inflated = await RowPass.OpenAsync(deflate, order, isVerified: false),
            inflatedVerified = await RowPass.OpenAsync(deflate, order, isVerified: true);
        RequireSame("shuffle + deflate", inflatedVerified, peer.Run("chunk_gzip sha256"));
        Compare("shuffle + deflate, 1 thread", inflated, 1, "chunk_gzip", null);
        Compare("shuffle + deflate, 2 threads", inflated, 2, "chunk_gzip", null);
        Compare("shuffle + deflate, verified, 1 thread", inflatedVerified, 1, "chunk_gzip", 2.5);
        Compare("shuffle + deflate, verified, 2 threads", inflatedVerified, 2, "chunk_gzip", 5);

        Duel scaling = Duel.Run("shuffle + deflate, verified, 2 threads / 1 thread", () => inflatedVerified.Run(2),
            () => inflatedVerified.Run(1), DeflateRounds);
        figures.Add(Figure.Of("shuffle + deflate, verified, 2 threads", scaling, Rate, "ours, 1 thread", 1.8));

        using Peer zarr = Peer.Start(ZarrScript, Folders.Work(zarrFolder));
        RequireSame("raw", verified, zarr.Run("zarr sha256"));
        CompareSlow("raw, verified, 1 thread", verified, 1, zarr, "zarr", "zarr, a chunk for each row, Blosc", null);
        CompareSlow("shuffle + deflate, verified, 1 thread", inflatedVerified, 1, zarr, "zarr", "zarr, a chunk for each row, Blosc", null);

        using Peer lance = Peer.Start(LanceScript, Folders.Work(lanceFolder), $"{Folders.Work(lanceFolder)}/db", $"{order.Length}");
        RequireSame("raw", verified, lance.Run($"{order.Length} sha256"));
        CompareSlow("raw, verified, 2 threads", verified, 2, lance, $"{order.Length}",
            "Lance, takes of 256 rows through its Node binding", 15);

        Stopwatch watch = Stopwatch.StartNew();
        await RowPass.OpenAsync(raw, order, isVerified: true);
        figures.Add(Figure.Alone($"looking up {order.Length:N0} rows by id, once, before the reads",
            string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalMilliseconds:0} ms")));
        return new Section(
            "Random rows of images",
            $"""
            {order.Length:N0} rows of float32 5×96×96 ({plain.RowBytes * (long)order.Length / 1e6:0} MB) in a random order, warm file cache,
            files open, {raw.Manifest.Shards} shards on our side and one file on the peer's; a pass reads every row once,
            {RawRounds} rounds of {RawPasses} passes (compressed: {DeflateRounds} of one; zarr and Lance: {SlowRounds} of one).
            Ours reads by the rows' ids, a row at a time, into one buffer per thread. h5py and zarr use `dataset[row]`, which allocates an
            array for each row, on one thread (h5py holds one lock).
            All sum the first pixel of every row in the timed pass; before it, every byte is compared by SHA-256.
            *Verified* compares each row with its CRC-32C; the peers have no such check.
            Lance's figure includes the copy into JavaScript through Arrow IPC, which every user of the binding has.
            """,
            [("ours", Commands.Of(Name)), ("peer", Peer.CommandOf(Script, "serve", Folders.Work(Name))),
                ("peer", Peer.CommandOf(ZarrScript, "serve", Folders.Work(zarrFolder))),
                ("peer", Peer.CommandOf(LanceScript, "serve", Folders.Work(lanceFolder), $"{Folders.Work(lanceFolder)}/db",
                    $"{order.Length}"))],
            figures);

        void Compare(string what, RowPass pass, int threads, string layout, double? minRatio)
        {
            bool isRaw = layout != "chunk_gzip";
            Duel duel = Duel.Run($"{what} / {layout}", () => pass.Run(threads), () => peer.Run(layout), isRaw ? RawRounds : DeflateRounds,
                isRaw ? RawPasses : 1);
            figures.Add(Figure.Of(what, duel, Rate, $"h5py {layout}", minRatio));
        }

        void CompareSlow(string what, RowPass pass, int threads, Peer other, string peerPass, string peerName, double? minRatio)
        {
            figures.Add(Figure.Of(what, Duel.Run($"{what} / {peerName}", () => pass.Run(threads), () => other.Run(peerPass), SlowRounds),
                Rate, peerName, minRatio));
        }

        string Rate(double seconds) => string.Create(CultureInfo.InvariantCulture,
            $"{order.Length / seconds:N0} rows/s ({plain.RowBytes * order.Length / seconds / 1e9:0.0} GB/s)");
    }

    private static void RequireSame(string what, RowPass ours, Pass peer)
    {
        string found = ours.Sha256();
        if (found != peer.Checksum)
            throw new BenchFailedException(
                $"{what}: the pixels differ from the peer's: SHA-256 {found}, expected {peer.Checksum}.");
    }
}
