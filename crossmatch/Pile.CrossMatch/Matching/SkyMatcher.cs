using System.Collections.Concurrent;
using Pile.CrossMatch.Matching.Cells;
using Pile.CrossMatch.Matching.Descent;

namespace Pile.CrossMatch.Matching;

/// <summary>The default matcher. It is exact at the poles, at RA 0/360 and for any radius.</summary>
internal sealed class SkyMatcher : ISkyMatcher
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The radius is out of range.</exception>
    public IEnumerable<PairBlock> Match(SortedPositions a, SortedPositions b, SkyMatchOptions options,
        CancellationToken cancellationToken = default)
    {
        Require(options);
        return Blocks(a, b, options, cancellationToken);
    }

    private static IEnumerable<PairBlock> Blocks(SortedPositions a, SortedPositions b, SkyMatchOptions options,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using BlockingCollection<PairBuffer> found = new(options.Workers);
        OrderedRun search = new(Prepare(a, b, options, cancellationToken), a.Count, options, whenFound: null,
            pairs => found.Add(pairs, stop.Token), afterwards: null);
        Task run = Task.Factory.StartNew(() =>
        {
            try
            {
                search.Run(stop.Token);
            }
            finally
            {
                found.CompleteAdding();
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (PairBuffer pairs in found.GetConsumingEnumerable(cancellationToken))
            {
                yield return pairs.ToBlock();
                search.GiveBack(pairs);
            }
            run.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            ((IAsyncResult)run).AsyncWaitHandle.WaitOne();
        }
    }

    /// <summary>Prepares a search.</summary>
    internal static IPairSearch Prepare(SortedPositions a, SortedPositions b, SkyMatchOptions options,
        CancellationToken cancellationToken) =>
        a.Count > 0 && b.Count > 0 && CellSearch.IsFor(options.RadiusArcsec) ? new CellSearch(a, b, options, cancellationToken)
            : new PairDescent(a, b, options.RadiusArcsec);

    internal static void Require(SkyMatchOptions options)
    {
        const double wholeSkyArcsec = 180 * 3600;
        if (!(options.RadiusArcsec is >= 0 and <= wholeSkyArcsec))
            throw new ArgumentException($"SkyMatchOptions.RadiusArcsec must be in [0, {wholeSkyArcsec}]; it is {options.RadiusArcsec}.",
                nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
    }
}
