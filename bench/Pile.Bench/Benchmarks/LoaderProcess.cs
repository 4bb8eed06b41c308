using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Pile.Bench.Harness;
using Pile.Reading;
using Pile.Streaming;

namespace Pile.Bench.Benchmarks;

/// <summary>Epochs in a process of their own, so that its memory is that of the loader and of nothing else.</summary>
/// <param name="BytesPerSecond">The rate of all epochs together, the first ones apart.</param>
/// <param name="PeakBytes">The most memory that was resident.</param>
/// <param name="AllocatedPerRow">Bytes of managed memory that were allocated, for each row, by all threads.</param>
internal sealed record LoaderProcess(double BytesPerSecond, long PeakBytes, double AllocatedPerRow)
{
    internal const string Verb = "loader-process", Medium = "medium", Sequential = "sequential", Shuffled = "shuffled";

    private const string ColumnName = "image_array";
    private const int WarmEpochs = 3, Epochs = 10, MediumBufferBytes = 32 << 20;

    /// <summary>Runs one.</summary>
    internal static LoaderProcess Run(string what, string folder)
    {
        using Process process = SelfProcess.Start(Verb, what, folder);
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<LoaderProcess>(answer)! : throw new BenchFailedException($"'{Verb} {what} {folder}' ended with code {process.ExitCode}.");
    }

    /// <summary>Is one: measures, and says so on stdout.</summary>
    internal static async Task<int> MeasureAsync(string what, string folder)
    {
        (double rate, double allocated) = what == Medium ? (MeasureMedium(folder), 0) : await MeasureLoaderAsync(what == Shuffled, folder);
        string peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))[6..].Replace("kB", "", StringComparison.Ordinal);
        Console.Out.WriteLine(JsonSerializer.Serialize(new LoaderProcess(rate, long.Parse(peak, CultureInfo.InvariantCulture) * 1024, allocated)));
        return 0;
    }

    private static async Task<(double Rate, double AllocatedPerRow)> MeasureLoaderAsync(bool isShuffled, string folder)
    {
        await using Dataset dataset = await Dataset.OpenAsync(folder);
        StreamSource source = await StreamSource.OpenAsync(dataset.Query().Columns(ColumnName));
        Loader loader = new(source, new LoaderOptions { Epochs = WarmEpochs + Epochs, ShuffleSeed = isShuffled ? 5ul : null });
        long rows = 0, start = 0, allocated = 0;
        double sum = 0;
        await foreach (StreamBatch batch in loader.ReadAsync())
            using (batch)
            {
                sum += batch.Values<float>(ColumnName).Span[0];
                rows += batch.RowCount;
                if (rows == WarmEpochs * source.RowCount)
                    (start, allocated) = (Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes(precise: true));
            }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return double.IsNaN(sum)
            ? throw new BenchFailedException("a pixel is no number.")
            : (Epochs * source.RowCount * source.RowBytes / seconds, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)(Epochs * source.RowCount));
    }

    // The shards one after the other, each thread every second one, into memory that is as large as what a loader reads at once.
    private static double MeasureMedium(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*.hdf5", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        byte[][] buffers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => GC.AllocateUninitializedArray<byte>(MediumBufferBytes))];
        long start = 0, bytes = 0;
        for (int epoch = -1; epoch < Epochs; epoch++)
        {
            if (epoch == 0)
                (start, bytes) = (Stopwatch.GetTimestamp(), 0);
            Parallel.For(0, buffers.Length, new ParallelOptions { MaxDegreeOfParallelism = buffers.Length }, thread =>
            {
                byte[] buffer = buffers[thread];
                int at = 0;
                for (int i = thread; i < files.Length; i += buffers.Length)
                {
                    using SafeFileHandle file = File.OpenHandle(files[i]);
                    long place = 0;
                    for (int count = 1; count > 0; place += count)
                    {
                        if (at + (1 << 20) > buffer.Length)
                            at = 0;
                        count = RandomAccess.Read(file, buffer.AsSpan(at, 1 << 20), place);
                        at += count;
                    }
                    Interlocked.Add(ref bytes, place);
                }
            });
        }
        return bytes / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
