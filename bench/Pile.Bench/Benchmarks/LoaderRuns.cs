using System.Globalization;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Reading;
using Pile.Streaming;

namespace Pile.Bench.Benchmarks;

/// <summary>Whole epochs through the loader, beside what the disk's cache gives: how much of a medium arrives.</summary>
internal sealed class LoaderRuns : IBenchmark
{
    private const string Images = "rows";
    private const int Rounds = 5;
    private const long MostMemoryBeside = 200_000_000;

    // A row's number in the order, the block, the batch: arrays of whole units, a thousandth of the row.
    private const int MostAllocatedBytes = 184;

    public string Name => "loader";

    public IReadOnlyList<string> PeerScripts => [RandomRows.Script];

    public async Task<Section> RunAsync()
    {
        Peer.Generate(RandomRows.Script, Images);
        await ImageDatasets.BuildAsync(Images, "raw", PieceCodec.None);
        string folder = Folders.Work(Images, "raw");
        List<(LoaderProcess Medium, LoaderProcess Sequential, LoaderProcess Shuffled)> rounds = [];
        for (int round = 0; round < Rounds; round++)
        {
            rounds.Add((LoaderProcess.Run(LoaderProcess.Medium, folder), LoaderProcess.Run(LoaderProcess.Sequential, folder), LoaderProcess.Run(LoaderProcess.Shuffled, folder)));
            Progress.Say(string.Create(CultureInfo.InvariantCulture, $"  medium {rounds[^1].Medium.BytesPerSecond / 1e9:0.0} GB/s, sequential {rounds[^1].Sequential.BytesPerSecond / 1e9:0.0} GB/s, shuffled {rounds[^1].Shuffled.BytesPerSecond / 1e9:0.0} GB/s, peak {rounds[^1].Shuffled.PeakBytes / 1e6:0} MB"));
        }
        long mostBytes = new LoaderOptions().PrefetchBytes + MostMemoryBeside;
        double singly = await AllocatedSinglyAsync(folder);
        string medium = Rate(Spread.Of(rounds.Select(r => r.Medium.BytesPerSecond)));
        return new Section(
            "Epochs through the loader",
            $"""
            The raw images of *rows*, warm file cache, batches of {new LoaderOptions().BatchRows}, all defaults; each figure from a process of its own: three epochs that do not count and ten that do, {Rounds} rounds. Rows are verified. *The medium* is reading the same shards from their beginnings to their ends
            in parts of 1 MiB with as many threads ({Environment.ProcessorCount}), into 32 MiB each, which is what a loader reads at once, and nothing done to the bytes.
            Allocations are those of the managed memory of all threads, by `GC.GetTotalAllocatedBytes`, and for single reads by `GC.GetAllocatedBytesForCurrentThread`. A loader allocates nothing for a row, but arrays of row numbers for those that it reads at once.
            """,
            [("all", Commands.Of(Name))],
            [
                OfMedium("an epoch in the order of the index", r => r.Sequential, 0.9),
                OfMedium("an epoch in blocks, shuffled", r => r.Shuffled, 0.75),
                Memory("peak memory, in order", r => r.Sequential),
                Memory("peak memory, shuffled", r => r.Shuffled),
                Figure.Alone("allocated for each row, read singly into a buffer", string.Create(CultureInfo.InvariantCulture, $"{singly:0.##} B"), "0", singly == 0),
                Allocated("allocated for each row, in order", r => r.Sequential),
                Allocated("allocated for each row, shuffled", r => r.Shuffled),
            ]);

        Figure OfMedium(string what, Func<(LoaderProcess Medium, LoaderProcess Sequential, LoaderProcess Shuffled), LoaderProcess> side, double least)
        {
            Spread ratio = Spread.Of(rounds.Select(r => side(r).BytesPerSecond / r.Medium.BytesPerSecond));
            return new Figure(what, Rate(Spread.Of(rounds.Select(r => side(r).BytesPerSecond))), $"the medium: {medium}", ratio, $"≥ {least:0.##} ×", ratio.Median >= least);
        }

        Figure Memory(string what, Func<(LoaderProcess Medium, LoaderProcess Sequential, LoaderProcess Shuffled), LoaderProcess> side)
        {
            long most = rounds.Max(r => side(r).PeakBytes);
            return Figure.Alone(what, string.Create(CultureInfo.InvariantCulture, $"{most / 1e6:0} MB"), string.Create(CultureInfo.InvariantCulture, $"≤ {mostBytes / 1e6:0} MB"), most <= mostBytes);
        }

        Figure Allocated(string what, Func<(LoaderProcess Medium, LoaderProcess Sequential, LoaderProcess Shuffled), LoaderProcess> side)
        {
            Spread bytes = Spread.Of(rounds.Select(r => side(r).AllocatedPerRow));
            return Figure.Alone(what, bytes.Text("0", " B"), $"≤ {MostAllocatedBytes} B", bytes.Median <= MostAllocatedBytes);
        }

        static string Rate(Spread bytesPerSecond) => string.Create(CultureInfo.InvariantCulture, $"{bytesPerSecond.Median / 1e9:0.0} GB/s");
    }

    private static async Task<double> AllocatedSinglyAsync(string folder)
    {
        await using Dataset dataset = await Dataset.OpenAsync(folder);
        RowReader reader = await dataset.OpenRowsAsync(dataset.Query().Columns("image_array"));
        return Measured(reader.Column<float>("image_array"), reader.Count);

        static double Measured(RowColumn<float> images, int count)
        {
            float[] image = new float[images.Schema.ElementsPerRow];
            for (int row = 0; row < count; row++) // opens the shards
                images.Read(row, image);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int row = 0; row < count; row++)
                images.Read(row, image);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)count;
        }
    }
}
