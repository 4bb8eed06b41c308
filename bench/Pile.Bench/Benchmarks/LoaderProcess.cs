using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Pile.Bench.Harness;
using Pile.Reading;
using Pile.Streaming;

namespace Pile.Bench.Benchmarks;

/// <summary>Epochs in a separate process, so that its memory is only that of the loader.</summary>
/// <param name="WarmBytesPerSecond">The rate of epochs from the system's file cache, after uncounted ones.</param>
/// <param name="PeakBytes">The peak resident memory.</param>
/// <param name="Cold">Epochs from the disk, each compared with plain reads.</param>
internal sealed record LoaderProcess(double WarmBytesPerSecond, long PeakBytes, IReadOnlyList<ColdRound> Cold)
{
    internal const string Verb = "loader-process", Medium = "medium", Cached = "cached", Sequential = "sequential", Shuffled = "shuffled",
        Disk = "disk";

    /// <summary>The parameters of plain reads from the disk.</summary>
    /// <remarks>The fastest of those tried: one to six threads, parts of 128 KiB to 4 MiB, with and without the cache. Six threads are
    /// equally fast within the scatter.</remarks>
    internal const int DiskThreads = 4, DiskPartBytes = 256 << 10;

    /// <summary>The number of epochs from the disk of each side.</summary>
    internal const int ColdRounds = 11;

    private const string ColumnName = "image_array";

    // The code of the program is not yet optimized in the first epochs.
    private const int UncountedEpochs = 60, Epochs = 20;

    // About as much memory as a loader uses in turn.
    private const int RingBytes = 32 << 20;

    /// <summary>Starts the process and returns its figures.</summary>
    internal static LoaderProcess Run(string what, string folder)
    {
        using Process process = SelfProcess.Start(Verb, what, folder);
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<LoaderProcess>(answer)!
            : throw new BenchFailedException($"'{Verb} {what} {folder}' ended with code {process.ExitCode}.");
    }

    /// <summary>Runs in the process: measures, and writes the figures to stdout.</summary>
    internal static async Task<int> MeasureAsync(string what, string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*.hdf5", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        await using Dataset dataset = await Dataset.OpenAsync(folder);
        StreamSource source = await StreamSource.OpenAsync(dataset.Query().Columns(ColumnName));
        LoaderProcess measured;
        if (what == Disk)
            measured = new LoaderProcess(0, 0, await ColdAsync(files, source));
        else
        {
            double warm = await WarmAsync(what switch
            {
                Medium => PlainReads(files, Environment.ProcessorCount, 1 << 20, RingBytes),
                Cached => PlainReads(files, Environment.ProcessorCount, 1 << 20, 1 << 20),
                _ => (epochs, ended) => LoadAsync(new Loader(source, Options(epochs, what == Shuffled)), ended,
                    TimeSpan.FromMilliseconds(500)),
            });
            string peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))[6..]
                .Replace("kB", "", StringComparison.Ordinal);
            measured = new LoaderProcess(warm, long.Parse(peak, CultureInfo.InvariantCulture) * 1024, []);
        }
        Console.Out.WriteLine(JsonSerializer.Serialize(measured));
        return 0;
    }

    private static LoaderOptions Options(int epochs, bool isShuffled) => new() { Epochs = epochs, ShuffleSeed = isShuffled ? 5ul : null };

    private static async Task<double> WarmAsync(Func<int, Action<int>, Task<long>> read)
    {
        long start = 0;
        long bytes = await read(UncountedEpochs + Epochs, epoch => start = epoch == UncountedEpochs ? Stopwatch.GetTimestamp() : start);
        return bytes / (double)(UncountedEpochs + Epochs) * Epochs / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // The sides alternate, because the speed of a shared disk changes from second to second. Loaders keep their memory from one epoch to
    // the next.
    private static async Task<List<ColdRound>> ColdAsync(string[] files, StreamSource source)
    {
        Func<int, Action<int>, Task<long>> plain = PlainReads(files, DiskThreads, DiskPartBytes, RingBytes);
        Loader sequential = new(source, Options(1, isShuffled: false)), shuffled = new(source, Options(1, isShuffled: true));
        Func<Task<long>>[] sides = [() => plain(1, _ => { }), () => LoadAsync(sequential, _ => { }, TimeSpan.Zero),
            () => LoadAsync(shuffled, _ => { }, TimeSpan.Zero)];
        List<ColdRound> rounds = [];
        for (int round = -1; round < ColdRounds; round++) // the first one is not counted
        {
            double[] rates = new double[sides.Length];
            for (int i = 0; i < sides.Length; i++)
            {
                int side = (i + round + 1) % sides.Length;
                ColdFiles.Make(files);
                long start = Stopwatch.GetTimestamp();
                long bytes = await sides[side]();
                rates[side] = bytes / Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
            if (round >= 0)
                rounds.Add(new ColdRound(rates[0], rates[1], rates[2]));
        }
        return rounds;
    }

    // Reads all epochs of a loader, and reports the number of each complete epoch, from 1. A wait at the start lets the loader fill its
    // memory for reading ahead, as with a loop that is slower than the loader.
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
        return double.IsNaN(sum) ? throw new BenchFailedException("a pixel is NaN.") : rows * rowBytes;
    }

    // Reads the files in parallel into buffers that are reused.
    private static Func<int, Action<int>, Task<long>> PlainReads(string[] files, int threads, int partBytes, int bytesOfThread)
    {
        byte[][] buffers = [.. Enumerable.Range(0, threads).Select(_ => GC.AllocateUninitializedArray<byte>(bytesOfThread))];
        return async (epochs, ended) =>
        {
            long bytes = 0;
            int next = -1;
            await Task.WhenAll(buffers.Select(buffer => Task.Factory.StartNew(() =>
            {
                int at = 0;
                for (int i = Interlocked.Increment(ref next); i < files.Length * epochs; i = Interlocked.Increment(ref next))
                {
                    if (i % files.Length == 0 && i > 0)
                        ended(i / files.Length);
                    using SafeFileHandle file = File.OpenHandle(files[i % files.Length]);
                    long place = 0;
                    for (int count = 1; count > 0; place += count)
                    {
                        if (at + partBytes > buffer.Length)
                            at = 0;
                        count = RandomAccess.Read(file, buffer.AsSpan(at, partBytes), place);
                        at += count;
                    }
                    Interlocked.Add(ref bytes, place);
                }
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            return bytes;
        };
    }
}

/// <summary>The rates of reading the same bytes from the disk in three ways, in bytes per second.</summary>
/// <param name="Medium">Plain reads.</param>
/// <param name="Sequential">The loader, in the order of the index.</param>
/// <param name="Shuffled">The loader, in shuffled blocks.</param>
internal readonly record struct ColdRound(double Medium, double Sequential, double Shuffled);
