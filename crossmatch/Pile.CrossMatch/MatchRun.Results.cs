using System.Collections.Immutable;
using Pile.CrossMatch.Plain;

namespace Pile.CrossMatch;

internal sealed partial class MatchRun
{
    /// <summary>Returns the columns of the result.</summary>
    /// <param name="linked">The groups, if the result has them.</param>
    /// <param name="report">Receives a message about renamed columns; null if it was reported, or will be.</param>
    private ImmutableArray<ResultColumn> Columns(LinkedGroups? linked, Action<string>? report) =>
        linked is null ? ResultColumns.OfPairs(a, request.CarriedA, b, request.CarriedB, options, request.Times, probability, report)
            : ResultColumns.OfGroups(a, request.CarriedA, options.Join != MatchJoin.Inner, linked.GroupOf, linked.SizeOf, report);

    /// <summary>Matches into a Parquet file.</summary>
    /// <returns>The summary; null if plain Parquet does not support a column, and nothing was written.</returns>
    internal async Task<MatchSummary?> ToParquetAsync(string path, bool overwrite, CancellationToken cancellationToken)
    {
        if (options.Nest || (options.Find != MatchFind.Groups && !PairsFile.CanHold(Columns(null, null))))
            return null;
        LinkedGroups? linked = options.Find == MatchFind.Groups
            ? await Task.Run(() => Guard(() => WithPipeline(p => p.Link(cancellationToken), cancellationToken)), cancellationToken)
                .ConfigureAwait(false)
            : null;
        if (!PairsFile.CanHold(Columns(linked, null)))
            return null;
        ImmutableArray<ResultColumn> columns = Columns(linked, options.OnMessage);
        MatchSummary? summary = null;
        await Task.Run(Write, cancellationToken).ConfigureAwait(false);
        return await WithActualAsync(summary!, cancellationToken).ConfigureAwait(false);

        void Write() => PairsOutput.Write(path, overwrite, columns, MayLackA, MayLackB, file => Guard(() =>
        {
            RowCounter rows = new(file);
            PairCounts counts = Run(linked, rows, cancellationToken);
            summary = Summary(counts, rows.Count, linked?.Count, cancellationToken);
            EndAsync(cancellationToken).GetAwaiter().GetResult();
            return Record(ref summary, counts.Density(), ofPositions: true);
        }));
    }

    /// <summary>Matches into memory.</summary>
    internal async Task<MatchTable> ToTableAsync(CancellationToken cancellationToken)
    {
        LinkedGroups? linked = null;
        KeptPairs rows = new(work);
        PairCounts counts = await Task.Run(() => Guard(() =>
        {
            if (options.Find == MatchFind.Groups)
                linked = WithPipeline(pipeline => pipeline.Link(cancellationToken), cancellationToken);
            return Run(linked, rows, cancellationToken);
        }), cancellationToken).ConfigureAwait(false);
        MatchSummary summary = await Task.Run(() => Guard(() => Summary(counts,
            !options.Nest ? rows.Count : options.Join == MatchJoin.Inner ? counts.RowsAInPairs : a.Count, linked?.Count,
                cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        Release();
        await EndAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<ResultColumn> columns = Columns(linked, options.OnMessage);
        NestedRows? nested = options.Nest ? new NestedRows(columns, summary.Rows) : null;
        summary = await WithActualAsync(summary, cancellationToken).ConfigureAwait(false);
        MatchDensity density = counts.Density();
        ImmutableArray<KeyValuePair<string, string>> record = [.. Record(ref summary, density, ofPositions: false)];
        return new MatchTable(work, new GatheredRows(this, rows, columns, MayLackA, MayLackB, options.Workers, nested), summary, density,
            record);
    }

    private MatchSummary Summary(PairCounts counts, long rows, long? groups, CancellationToken cancellationToken)
    {
        MatchSummary summary = new(rows, counts.Pairs, a.Count, b.Count, a.Count - counts.RowsAInPairs, b.Count - counts.RowsBInPairs,
            a.WithoutPosition + (request.IsSelf ? 0 : b.WithoutPosition), groups)
        { WithoutTime = a.WithoutTime + (request.IsSelf ? 0 : b.WithoutTime) };
        return summary with { Certificate = trust.Certify(summary, counts, cancellationToken) };
    }

    private async Task<MatchSummary> WithActualAsync(MatchSummary summary, CancellationToken cancellationToken)
    {
        SidePlan planA = await a.ActualAsync(request.NeedsA, reachA, cancellationToken).ConfigureAwait(false);
        SidePlan planB = request.IsSelf ? planA : await b.ActualAsync(request.NeedsB, reachB, cancellationToken).ConfigureAwait(false);
        return summary with
        {
            Errors = MatchErrors.Of(request, radiusArcsec),
            Actual = new MatchPlan(planA, planB, radiusArcsec,
            await MatchStages.ListAsync(request, planA, planB, cancellationToken).ConfigureAwait(false))
        };
    }

    private IReadOnlyList<KeyValuePair<string, string>> Record(ref MatchSummary summary, MatchDensity density, bool ofPositions)
    {
        // One list for both sides: no thread is left with several columns at the end.
        Parallel.Invoke(new ParallelOptions { MaxDegreeOfParallelism = options.Workers },
            [.. a.IdentityWork, .. request.IsSelf ? [] : b.IdentityWork]);
        MatchRecord record = new();
        record.Add(a.Identified(sides.IdentityA, ofPositions), request.IsSelf ? null : b.Identified(sides.IdentityB, ofPositions), request,
            options, radiusArcsec, summary, density);
        if (request.Times is { } times)
            record.Add(times);
        if (ofPositions)
        {
            record.AddPositions("a", a.Positions);
            record.AddPositions("b", b.Positions);
        }
        if (probability is not null)
            record.AddPrior(probability.Prior, probability.Magnitudes, options.MagnitudeColumn);
        summary = summary with { Certificate = summary.Certificate! with { Metadata = record.Entries } };
        return record.Entries;
    }
}
