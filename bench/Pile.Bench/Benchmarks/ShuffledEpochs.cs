using System.Diagnostics;
using System.Globalization;
using Pile.Bench.Harness;
using Pile.Reading;
using Pile.Storage;
using Pile.Streaming;

namespace Pile.Bench.Benchmarks;

/// <summary>Compares a shuffle of blocks with a shuffle of single rows: how well each mixes the rows, and the number of requests of an
/// epoch.</summary>
internal static class ShuffledEpochs
{
    private const double MinDisplacement = 0.3, MaxRequests = 1.0 / 20;

    internal static async Task MeasureAsync(List<Figure> figures, Uri endpoint, string address, string cache)
    {
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL", endpoint.AbsoluteUri.TrimEnd('/'));
        await using Dataset dataset = await Dataset.OpenAsync(address,
            new DatasetOptions { Storage = new StoreOptions { CacheFolder = cache } });
        StreamSource source = await StreamSource.OpenAsync(dataset.Query().Columns("image_array"));
        Epoch blocks = await RunAsync(null), rows = await RunAsync(new BlockShuffle { BlockRows = 1, BlocksPerRound = 256 });
        double displacement = blocks.Displacement / rows.Displacement, requests = blocks.Requests / (double)rows.Requests;
        figures.Add(Figure.Alone("block shuffle, mean displacement of a row",
            string.Create(CultureInfo.InvariantCulture,
                $"{displacement:0.00} of that of a shuffle row by row ({blocks.Displacement:N0} and {rows.Displacement:N0})"),
                $"≥ {MinDisplacement}", displacement >= MinDisplacement));
        figures.Add(Figure.Alone("block shuffle, requests of an epoch",
            string.Create(CultureInfo.InvariantCulture,
                $"1/{1 / requests:0.0} of those of a shuffle row by row ({blocks.Requests:N0} and {rows.Requests:N0})"), "≤ 1/20",
                requests <= MaxRequests));
        figures.Add(Figure.Alone("an epoch in the loader: blocks, row by row",
            string.Create(CultureInfo.InvariantCulture,
                $"{source.RowCount / blocks.Seconds:N0} rows/s, {source.RowCount / rows.Seconds:N0} rows/s")));

        async Task<Epoch> RunAsync(BlockShuffle? shuffle)
        {
            Loader loader = new(source, new LoaderOptions { BatchRows = 256, ShuffleSeed = 9, Shuffle = shuffle });
            long before = dataset.Statistics.Requests, start = Stopwatch.GetTimestamp();
            double position = 0, moved = 0;
            await foreach (StreamBatch batch in loader.ReadAsync())
                using (batch)
                    foreach (long row in batch.Rows.Span)
                        moved += Math.Abs(row - position++);
            return new Epoch(Stopwatch.GetElapsedTime(start).TotalSeconds, moved / source.RowCount, dataset.Statistics.Requests - before);
        }
    }

    private sealed record Epoch(double Seconds, double Displacement, long Requests);
}
