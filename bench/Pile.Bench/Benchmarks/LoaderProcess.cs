using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Pile.Bench.Harness;
using Pile.Reading;
using Pile.Streaming;

namespace Pile.Bench.Benchmarks;

/// <summary>Epochs in a process of their own, so that its memory is that of the loader and of nothing else.</summary>
/// <param name="WarmBytesPerSecond">The rate of epochs out of the system's file cache, after some that do not count.</param>
/// <param name="ColdBytesPerSecond">The rate of epochs from the disk.</param>
/// <param name="PeakBytes">The most memory that was resident.</param>
internal sealed record LoaderProcess(double WarmBytesPerSecond, double ColdBytesPerSecond, long PeakBytes)
{
    internal const string Verb = "loader-process", Medium = "medium", Cached = "cached", Sequential = "sequential", Shuffled = "shuffled";

    private const string ColumnName = "image_array";

    // The first epochs are those of a program whose code is not optimized yet.
    private const int UncountedEpochs = 60, Epochs = 20, ColdEpochs = 2;

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
        string[] files = [.. Directory.EnumerateFiles(folder, "*.hdf5", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        await using Dataset dataset = await Dataset.OpenAsync(folder);
        StreamSource source = await StreamSource.OpenAsync(dataset.Query().Columns(ColumnName));
        Func<int, Action<int>, Task<long>> read = what switch
        {
            Medium => PlainReads(files, 32 << 20), // as large as what a loader reads and gives out in turn, about
            Cached => PlainReads(files, 1 << 20),
            _ => (epochs, ended) => LoadAsync(new Loader(source, Options(epochs)), ended, TimeSpan.FromMilliseconds(500)),
        };
        double warm = await WarmAsync(read);
        string peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))[6..].Replace("kB", "", StringComparison.Ordinal);
        Loader one = new(source, Options(1)); // keeps its memory from one epoch to the next
        double cold = await ColdAsync(files, what is Medium or Cached ? () => read(1, _ => { }) : () => LoadAsync(one, _ => { }, TimeSpan.Zero));
        Console.Out.WriteLine(JsonSerializer.Serialize(new LoaderProcess(warm, cold, long.Parse(peak, CultureInfo.InvariantCulture) * 1024)));
        return 0;

        LoaderOptions Options(int epochs) => new() { Epochs = epochs, ShuffleSeed = what == Shuffled ? 5ul : null };
    }

    private static async Task<double> WarmAsync(Func<int, Action<int>, Task<long>> read)
    {
        long start = 0;
        long bytes = await read(UncountedEpochs + Epochs, epoch => start = epoch == UncountedEpochs ? Stopwatch.GetTimestamp() : start);
        return bytes / (double)(UncountedEpochs + Epochs) * Epochs / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> ColdAsync(string[] files, Func<Task<long>> read)
    {
        await read();
        double bytes = 0, seconds = 0;
        for (int epoch = 0; epoch < ColdEpochs; epoch++)
        {
            ColdFiles.Make(files);
            long start = Stopwatch.GetTimestamp();
            bytes += await read();
            seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        return bytes / seconds;
    }

    // Every epoch of a loader; says when one has ended, counted from 1. Whoever waits at first has all the memory filled that there is for reading ahead, as a loop does that is slower than its loader.
    private static async Task<long> LoadAsync(Loader loader, Action<int> ended, TimeSpan atFirst)
    {
        double sum = 0;
        long rowBytes = 0, rows = 0;
        int epoch = 0;
        await foreach (StreamBatch batch in loader.ReadAsync())
            using (batch)
            {
                if (rows == 0)
                    await Task.Delay(atFirst);
                ReadOnlySpan<float> values = batch.Values<float>(ColumnName).Span;
                sum += values[0];
                rowBytes = values.Length / batch.RowCount * sizeof(float);
                rows += batch.RowCount;
                if (batch.State.RowsDone == 0)
                    ended(++epoch);
            }
        return double.IsNaN(sum) ? throw new BenchFailedException("a pixel is no number.") : rows * rowBytes;
    }

    // The files one after the other, each thread every second one, into memory that is used again and again.
    private static Func<int, Action<int>, Task<long>> PlainReads(string[] files, int bytesOfThread)
    {
        const int PartBytes = 1 << 20;
        byte[][] buffers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => GC.AllocateUninitializedArray<byte>(bytesOfThread))];
        return async (epochs, ended) =>
        {
            long bytes = 0;
            await Task.WhenAll(buffers.Select((buffer, thread) => Task.Run(() =>
            {
                int at = 0;
                for (int i = thread; i < files.Length * epochs; i += buffers.Length)
                {
                    if (i % files.Length == 0 && i > 0)
                        ended(i / files.Length);
                    using SafeFileHandle file = File.OpenHandle(files[i % files.Length]);
                    long place = 0;
                    for (int count = 1; count > 0; place += count)
                    {
                        if (at + PartBytes > buffer.Length)
                            at = 0;
                        count = RandomAccess.Read(file, buffer.AsSpan(at, PartBytes), place);
                        at += count;
                    }
                    Interlocked.Add(ref bytes, place);
                }
            })));
            return bytes;
        };
    }
}
