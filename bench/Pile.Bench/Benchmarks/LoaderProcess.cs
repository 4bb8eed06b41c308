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
/// <param name="PeakBytes">The most memory that was resident.</param>
/// <param name="Cold">Epochs from the disk, each beside plain reads.</param>
internal sealed record LoaderProcess(double WarmBytesPerSecond, long PeakBytes, IReadOnlyList<ColdRound> Cold)
{
    internal const string Verb = "loader-process", Medium = "medium", Cached = "cached", Sequential = "sequential", Shuffled = "shuffled",
        Disk = "disk";

    /// <summary>How the disk is read plainly. Of what was tried (one to six threads, parts of 128 KiB to 4 MiB, through the cache or around
    /// it) only six threads came as far, and no further beyond the scatter.</summary>
    internal const int DiskThreads = 4, DiskPartBytes = 256 << 10;

    /// <summary>Epochs from the disk of each side.</summary>
    internal const int ColdRounds = 11;

    private const string ColumnName = "image_array";

    // The first epochs are those of a program whose code is not optimized yet.
    private const int UncountedEpochs = 60, Epochs = 20;

    // As much memory as what a loader reads and gives out in turn, about.
    private const int RingBytes = 32 << 20;

    /// <summary>Runs one.</summary>
    internal static LoaderProcess Run(string what, string folder)
    {
        using Process process = SelfProcess.Start(Verb, what, folder);
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<LoaderProcess>(answer)!
            : throw new BenchFailedException($"'{Verb} {what} {folder}' ended with code {process.ExitCode}.");
    }

    /// <summary>Is one: measures, and says so on stdout.</summary>
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

    // The sides in turn, since a disk that others use too changes from second to second. Loaders keep their memory from one epoch to the
    // next.
    private static async Task<List<ColdRound>> ColdAsync(string[] files, StreamSource source)
    {
        Func<int, Action<int>, Task<long>> plain = PlainReads(files, DiskThreads, DiskPartBytes, RingBytes);
        Loader sequential = new(source, Options(1, isShuffled: false)), shuffled = new(source, Options(1, isShuffled: true));
        Func<Task<long>>[] sides = [() => plain(1, _ => { }), () => LoadAsync(sequential, _ => { }, TimeSpan.Zero),
            () => LoadAsync(shuffled, _ => { }, TimeSpan.Zero)];
        List<ColdRound> rounds = [];
        for (int round = -1; round < ColdRounds; round++) // the first one does not count
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

    // Every epoch of a loader; says when one has ended, counted from 1. Whoever waits at first has all the memory filled that there is for
    // reading ahead, as a loop does that is slower than its loader.
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

    // The files one after the other, each thread the next one, into memory that is used again and again.
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

/// <summary>The same bytes from the disk three times, in bytes a second.</summary>
/// <param name="Medium">Plain reads.</param>
/// <param name="Sequential">The loader, in the order of the index.</param>
/// <param name="Shuffled">The loader, in blocks.</param>
internal readonly record struct ColdRound(double Medium, double Sequential, double Shuffled);
