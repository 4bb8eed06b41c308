using System.Globalization;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Streaming;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures whole epochs of the loader, and compares them with plain reads of the disk and of the file cache.</summary>
internal sealed class LoaderRuns : IBenchmark
{
    private const string Images = "rows";
    private const int Rounds = 5;
    private const long MaxMemoryBeside = 200_000_000;

    // Allows for the objects of a batch, but not for an allocation per row: eight bytes for each of 256 rows would exceed it.
    private const int MaxBatchBytes = 4096;

    public string Name => "loader";

    public IReadOnlyList<string> PeerScripts => [RandomRows.Script];

    public async Task<Section> RunAsync()
    {
        Peer.Generate(RandomRows.Script, Images);
        await ImageDatasets.BuildAsync(Images, "raw", PieceCodec.None);
        string folder = Folders.Work(Images, "raw");
        List<Round> rounds = [];
        for (int round = 0; round < Rounds; round++)
        {
            rounds.Add(new Round(LoaderProcess.Run(LoaderProcess.Medium, folder), LoaderProcess.Run(LoaderProcess.Cached, folder),
                LoaderProcess.Run(LoaderProcess.Sequential, folder), LoaderProcess.Run(LoaderProcess.Shuffled, folder)));
            Progress.Say(string.Create(CultureInfo.InvariantCulture,
                $"  warm: medium {rounds[^1].Medium.WarmBytesPerSecond / 1e9:0.0}, into 1 MiB "
                    + $"{rounds[^1].Cached.WarmBytesPerSecond / 1e9:0.0}, sequential {rounds[^1].Sequential.WarmBytesPerSecond / 1e9:0.0}, "
                    + $"shuffled {rounds[^1].Shuffled.WarmBytesPerSecond / 1e9:0.0} GB/s, peak {rounds[^1].Shuffled.PeakBytes / 1e6:0} "
                    + $"MB"));
        }
        IReadOnlyList<ColdRound> cold = LoaderProcess.Run(LoaderProcess.Disk, folder).Cold;
        foreach (ColdRound round in cold)
            Progress.Say(string.Create(CultureInfo.InvariantCulture,
                $"  from the disk: medium {round.Medium / 1e9:0.00}, sequential {round.Sequential / 1e9:0.00}, shuffled "
                    + $"{round.Shuffled / 1e9:0.00} GB/s"));
        long maxBytes = new LoaderOptions().PrefetchBytes + MaxMemoryBeside;
        IReadOnlyDictionary<(string Method, int BatchRows, bool IsShuffled), double> allocated = Allocations.Measure();
        double singly = allocated[(nameof(Allocations.ReadRow), 64, false)];
        return new Section(
            "Epochs through the loader",
            $"""
            The raw images of *rows*, batches of {new LoaderOptions().BatchRows}, all defaults; each side in a separate process,
            {Rounds} rounds: twenty epochs from the system's file cache after sixty uncounted ones (a program runs at full speed after a
            second or two).
            Rows are verified.
            *The medium* is reading the same shards from beginning to end in parts of 1 MiB with as many threads
            ({Environment.ProcessorCount}), into buffers of 32 MiB each, without processing the bytes. With buffers of 1 MiB the bytes never
            leave the processor's cache, which is not possible for rows of a loader that waits for its loop.
            From the disk, one process reads an epoch in each of the three ways in turn, {LoaderProcess.ColdRounds} times after one
            uncounted time, and removes the files from the cache before each epoch; a ratio is that of two epochs of one round. *The disk*
            is read with the fastest of the parameters that were tried: the same shards in the same order in parts of
            {LoaderProcess.DiskPartBytes >> 10} KiB, by {LoaderProcess.DiskThreads} threads.
            Memory is the peak resident memory in the warm epochs, after a wait in which the loader fills its buffers. Allocations are
            those of the managed memory of all threads for a batch, by BenchmarkDotNet's memory diagnoser: with an allocation per row,
            a batch of 256 rows would need four times as much as one of 64.
            """,
            [("all", Commands.Of(Name))],
            [
                OfMedium("warm: an epoch in the order of the index", r => r.Sequential.WarmBytesPerSecond,
                    r => r.Medium.WarmBytesPerSecond, 0.9),
                OfMedium("warm: an epoch in blocks, shuffled", r => r.Shuffled.WarmBytesPerSecond, r => r.Medium.WarmBytesPerSecond, 0.75),
                OfMedium("warm: in the order of the index, beside 1 MiB a thread", r => r.Sequential.WarmBytesPerSecond,
                    r => r.Cached.WarmBytesPerSecond, null),
                OfDisk("from the disk: in the order of the index", r => r.Sequential, 0.9),
                OfDisk("from the disk: in blocks, shuffled", r => r.Shuffled, 0.75),
                Memory("peak memory, in order", r => r.Sequential),
                Memory("peak memory, shuffled", r => r.Shuffled),
                Figure.Alone("allocated for a row, read singly into a buffer", Bytes(singly), "0", singly == 0),
                Allocated("allocated for a batch in order", isShuffled: false),
                Allocated("allocated for a batch, shuffled", isShuffled: true),
            ]);

        Figure OfMedium(string what, Func<Round, double> ours, Func<Round, double> medium,
            double? least) => Share(what, "the medium", rounds.Select(ours), rounds.Select(medium), least);

        Figure OfDisk(string what, Func<ColdRound, double> ours,
            double least) => Share(what, "the disk", cold.Select(ours), cold.Select(r => r.Medium), least);

        static Figure Share(string what, string medium, IEnumerable<double> ours, IEnumerable<double> plain, double? least)
        {
            Spread ratio = Spread.Of(ours.Zip(plain, (mine, most) => mine / most));
            return new Figure(what, Rate(Spread.Of(ours)), $"{medium}: {Rate(Spread.Of(plain))}", ratio,
                least is { } limit ? $"≥ {limit:0.##} ×" : "", least is { } met ? ratio.Median >= met : null);
        }

        Figure Memory(string what, Func<Round, LoaderProcess> side)
        {
            long most = rounds.Max(r => side(r).PeakBytes);
            return Figure.Alone(what, string.Create(CultureInfo.InvariantCulture, $"{most / 1e6:0} MB"),
                string.Create(CultureInfo.InvariantCulture, $"≤ {maxBytes / 1e6:0} MB"), most <= maxBytes);
        }

        Figure Allocated(string what, bool isShuffled)
        {
            double few = allocated[(nameof(Allocations.NextBatch), 64, isShuffled)],
                many = allocated[(nameof(Allocations.NextBatch), 256, isShuffled)];
            return Figure.Alone(what, $"{Bytes(few)} of 64 rows, {Bytes(many)} of 256", $"≤ {MaxBatchBytes:N0} B, however many rows",
                Math.Max(few, many) <= MaxBatchBytes);
        }

        static string Rate(Spread bytesPerSecond) => string.Create(CultureInfo.InvariantCulture, $"{bytesPerSecond.Median / 1e9:0.0} GB/s");

        static string Bytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} B");
    }

    private sealed record Round(LoaderProcess Medium, LoaderProcess Cached, LoaderProcess Sequential, LoaderProcess Shuffled);
}
