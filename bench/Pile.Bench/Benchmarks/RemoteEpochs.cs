using System.Diagnostics;
using System.Globalization;
using Pile.Bench.Harness;
using Pile.Reading;
using Pile.Storage;
using Pile.Streaming;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures epochs of the loader from an object store, and compares them with large plain requests to the store.</summary>
internal static class RemoteEpochs
{
    private const int Rounds = 5;

    internal static async Task MeasureAsync(List<Figure> figures, Uri endpoint, string address, string cache, PlainRanges medium)
    {
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL", endpoint.AbsoluteUri.TrimEnd('/'));
        await using Dataset dataset = await Dataset.OpenAsync(address,
            new DatasetOptions { Storage = new StoreOptions { CacheFolder = cache } });
        StreamSource source = await StreamSource.OpenAsync(dataset.Query().Columns("image_array"));
        List<double> mediumRates = [], inOrder = [], shuffled = [];
        using (medium)
            for (int round = -1; round < Rounds; round++)
            {
                double plain = medium.Bytes / medium.Run().Seconds, ordered = await RateAsync(null), blocks = await RateAsync(5);
                if (round < 0)
                    continue;
                mediumRates.Add(plain);
                inOrder.Add(ordered);
                shuffled.Add(blocks);
            }
        figures.Add(Of("an epoch in the loader, in order", inOrder, 0.9));
        figures.Add(Of("an epoch in the loader, in blocks, shuffled", shuffled, 0.75));

        Figure Of(string what, List<double> rates, double least)
        {
            Spread ratio = Spread.Of(rates.Zip(mediumRates, (ours, plain) => ours / plain));
            Progress.Say($"  {what}: {ratio.Median:0.00} of the medium");
            return new Figure(what, Rate(rates), $"the medium: {Rate(mediumRates)}", ratio, $"≥ {least:0.##} ×", ratio.Median >= least);
        }

        async Task<double> RateAsync(ulong? seed)
        {
            long start = Stopwatch.GetTimestamp();
            await foreach (StreamBatch batch in new Loader(source, new LoaderOptions { ShuffleSeed = seed }).ReadAsync())
                batch.Dispose();
            return source.RowCount * source.RowBytes / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static string Rate(List<double> bytesPerSecond) =>
        string.Create(CultureInfo.InvariantCulture, $"{Spread.Of(bytesPerSecond).Median / 1e6:0} MB/s");
}
