using System.Diagnostics;
using System.Globalization;

namespace Pile.Soak.Running;

/// <summary>A series of cases. Each case depends only on the campaign's seed and the number of the case, so that it can be
/// repeated.</summary>
internal abstract class Campaign
{
    /// <summary>The name on the command line.</summary>
    internal abstract string Name { get; }

    /// <summary>A description: the action and the expected result.</summary>
    internal abstract string Promise { get; }

    /// <summary>The number of cases of a full run.</summary>
    internal abstract int FullCount { get; }

    /// <summary>Prepares shared data, such as datasets.</summary>
    /// <param name="folder">A folder of this campaign.</param>
    internal abstract Task PrepareAsync(string folder);

    /// <summary>Runs one case.</summary>
    /// <param name="number">The number of the case.</param>
    /// <param name="random">The random numbers of the case.</param>
    /// <param name="folder">An empty folder of this case, deleted afterwards.</param>
    /// <param name="log">Receives outcomes and failures.</param>
    internal abstract Task RunCaseAsync(int number, Random random, string folder, CampaignLog log);

    /// <summary>Runs cases on all cores, in order.</summary>
    /// <param name="folder">A folder of this campaign.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="cases">The numbers of the cases.</param>
    /// <param name="longest">The time after which no case begins; null for no limit.</param>
    internal async Task<CampaignLog> RunAsync(string folder, int seed, Range cases, TimeSpan? longest = null)
    {
        long began = Stopwatch.GetTimestamp();
        CampaignLog log = new(Name);
        await PrepareAsync(Directory.CreateDirectory(Path.Combine(folder, "shared")).FullName);
        int first = cases.Start.Value, count = cases.End.Value - first, done = 0;
        await Parallel.ForAsync(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            async (number, _) =>
        {
            if (Stopwatch.GetElapsedTime(began) > longest)
                return;
            string own = Directory.CreateDirectory(Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture))).FullName;
            await RunCaseAsync(number, new Random(HashCode(seed, number)), own, log);
            Directory.Delete(own, recursive: true);
            int now = Interlocked.Increment(ref done);
            if (now % Math.Max(count / 10, 1) == 0)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"soak: {Name}: {now} of {count} cases, {log.Failures.Count} failures"));
        });
        log.Cases = done;
        return log;
    }

    // System.HashCode differs between processes.
    private static int HashCode(int seed, int number) => unchecked((int)(((uint)seed * 2_654_435_761u) ^ ((uint)number * 2_246_822_519u)));
}
