using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

internal sealed partial class MatchRun
{
    /// <summary>Opens one of the matches of several sides.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other side.</param>
    /// <param name="options">The options.</param>
    /// <param name="work">The workspace of all matches.</param>
    /// <param name="sharedA">A as opened by another match; null to open it.</param>
    /// <param name="sharedB">B as opened by another match; null to open it.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    internal static async Task<MatchRun> OpenAsync(MatchSide a, MatchSide b, CrossMatchOptions options, MatchWorkspace work,
        PreparedSide? sharedA, PreparedSide? sharedB, CancellationToken cancellationToken)
    {
        MatchRequest asked = await MatchRequest.OfAsync(a, b, options, work, cancellationToken).ConfigureAwait(false);
        await asked.CheckAsync(work, cancellationToken).ConfigureAwait(false);
        asked.Report();
        MatchRun run = new(asked, work,
            await OpenSides.OpenAsync(asked, work, isShare: false, cancellationToken, sharedA, sharedB).ConfigureAwait(false));
        try
        {
            await run.ReadAsync(cancellationToken).ConfigureAwait(false);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    internal MatchRequest Request => request;

    internal PreparedSide A => a;

    internal PreparedSide B => b;

    /// <summary>Finds the pairs.</summary>
    internal async Task<(KeptPairs Pairs, PairCounts Counts)> FindAsync(CancellationToken cancellationToken)
    {
        KeptPairs pairs = new(work);
        PairCounts counts = await Task.Run(() => Guard(() => Run(null, pairs, cancellationToken)), cancellationToken).ConfigureAwait(false);
        await EndAsync(cancellationToken).ConfigureAwait(false);
        Release();
        return (pairs, counts);
    }

    /// <summary>Passes all pairs to an action, block by block in the order of A.</summary>
    internal async Task<PairCounts> ForEachAsync(Action<PairBuffer> each, CancellationToken cancellationToken)
    {
        PairCounts counts = await Task.Run(() => Guard(() => WithPipeline(p => p.ForEach(each, cancellationToken), cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        await EndAsync(cancellationToken).ConfigureAwait(false);
        return counts;
    }

    /// <summary>Returns the record of the match.</summary>
    internal MatchRecord RecordOf(MatchSummary summary, MatchDensity density, CrossMatchOptions asked)
    {
        MatchRecord record = new();
        record.Add(a.Identified(sides.IdentityA, false), b.Identified(sides.IdentityB, false), request, asked, radiusArcsec, summary,
            density);
        return record;
    }

    /// <summary>The identity of B in the record of a match.</summary>
    internal SideIdentity IdentityB => b.Identified(sides.IdentityB, false);
}
