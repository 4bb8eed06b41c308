using System.Globalization;
using Pile.Sky;

namespace Pile.CrossMatch;

internal sealed partial class MatchRun
{
    /// <summary>Reads what the match needs in addition to positions: the rows that meet the conditions of a side, and columns.</summary>
    internal async Task ReadAsync(CancellationToken cancellationToken)
    {
        MappedSide[] datasets = [.. new[] { sides.HasSharedA ? null : a, sides.HasSharedB ? null : b }.OfType<MappedSide>().Distinct()];
        foreach (MappedSide side in datasets)
            await side.SelectAsync(options.Workers, cancellationToken).ConfigureAwait(false);
        (reachA, reachB) = await ReachAsync(datasets, cancellationToken).ConfigureAwait(false);
        foreach (MappedSide side in datasets)
            side.BeginFetch(side == a ? reachA : reachB);
        if (datasets.Length == 2 && (inTime = await TimeReach.OfAsync(request, cancellationToken).ConfigureAwait(false)) is { } ofTimes)
            (reachA, reachB) = (ofTimes.Narrow(isA: true, reachA), ofTimes.Narrow(isA: false, reachB));
        List<TileValues> columns = [];
        foreach (MappedSide side in datasets)
            if (await side.BeginReadAsync(side == a ? request.NeedsA : request.NeedsB, side == a ? reachA : reachB, cancellationToken)
                .ConfigureAwait(false) is { } ofSide)
                columns.Add(ofSide);
        await TileValues.ReadAsync([.. columns], options.Workers, cancellationToken).ConfigureAwait(false);
        if (!sides.HasSharedA)
            a.EndRead(request.NeedsA, reachA, options.Workers);
        if (!request.IsSelf && !sides.HasSharedB)
            b.EndRead(request.NeedsB, reachB, options.Workers);
        ReportErrors();
        if (options is { Errors: not ErrorModel.None, Pairs: null } && !request.A.Frame.IsEarth
            && (options.RadiusArcsec is not { } given || ErrorReach.MaySave(given, b)))
            errorReach = new ErrorReach(options, a, b);
        radiusArcsec = request.A.Frame.IsEarth ? request.RadiusArcsec!.Value : options.RadiusArcsec
            ?? (options is { Pairs: not null, Errors: ErrorModel.None } ? WholeSkyArcsec : ReportedRadius());
        searchArcsec = Math.Min(radiusArcsec, errorReach?.LargestArcsec ?? radiusArcsec);
        if (errorReach is { HasWideRows: true } reach && options.Matcher is null && reach.NarrowArcsec < searchArcsec
            && WidePairs.Find(reach, radiusArcsec, a, b, options.Workers, cancellationToken) is { } wide)
        {
            (widePairs, searchArcsec) = (wide, reach.NarrowArcsec);
            options.OnMessage?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{wide.RowsOfA:N0} rows of A and {wide.RowsOfB:N0} of B "
                + $"have much larger errors than the others and are searched separately, these within {searchArcsec:G6} arcsec"));
        }
        if (request.Times is { } times)
        {
            if (times.A.HasEpochs || times.B.HasEpochs)
                await ReadEpochsAsync(times, cancellationToken).ConfigureAwait(false);
            ReportTimes(times);
        }
        probability = options.WithProbability ? MatchProbability.Of(options, work, a, b) : null;
        if (probability is not null && options.MagnitudeColumn is { } magnitude)
            await WeighMagnitudesAsync(probability, request.B.Require(magnitude).Name, cancellationToken).ConfigureAwait(false);
        trust = new MatchTrust(request, work, a, b, radiusArcsec);
    }

    /// <summary>Returns the parts of the sky in which rows of each side are still needed; null for the whole sky.</summary>
    private async Task<(HealpixRanges? A, HealpixRanges? B)> ReachAsync(MappedSide[] datasets, CancellationToken cancellationToken)
    {
        if (request.NeedsA.All.IsEmpty && request.NeedsB.All.IsEmpty && !Array.Exists(datasets, d => d.IsRemote))
            return default;
        (HealpixRanges? ofA, HealpixRanges? ofB) = await request.ReachOfTilesAsync(cancellationToken).ConfigureAwait(false);
        if (request.MayPruneA && (b.Selected is not null || b is LoadedSide))
            ofA = SkyReach.Around(b.Positions, request.ReachArcsec!.Value, b.Selected) ?? ofA;
        if (request.MayPruneB && (a.Selected is not null || a is LoadedSide))
            ofB = SkyReach.Around(a.Positions, request.ReachArcsec!.Value, a.Selected) ?? ofB;
        // The largest errors, which limit the separation without a radius, are those of all rows.
        if (tasks?.PixelsOf(a.Positions) is { } share && request.ReachArcsec is { } reachArcsec && !request.IsSelf)
        {
            HealpixRanges around = SkyReach.Around(share, reachArcsec), own = HealpixRanges.FromRanges(Healpix.MaxOrder,
                [.. share.Select(p => p.RangeAtOrder29)]);
            (ofA, ofB) = (ofA?.AtOrder29().Intersect(own) ?? own, ofB?.AtOrder29().Intersect(around) ?? around);
        }
        return (ofA, ofB);
    }

    private void ReportErrors()
    {
        foreach ((PreparedSide side, string letter) in request.IsSelf ? [(a, "A")] : new[] { (a, "A"), (b, "B") })
        {
            ErrorCounts counts = (letter == "A" ? sides.HasSharedA : sides.HasSharedB) ? default : side.Errors?.Counts ?? default;
            if (counts.Missing > 0 && options.Errors != ErrorModel.None)
                options.OnMessage?.Invoke(MatchWords.WithoutError(counts.Missing, letter, request));
            if (counts.WithoutGrowth > 0)
                options.OnMessage?.Invoke(MatchWords.WithoutGrowth(counts.WithoutGrowth, letter));
            if (counts.Zero > 0 && options.Errors is not (ErrorModel.Radius or ErrorModel.None))
                options.OnMessage?.Invoke(MatchWords.WithZeroError(counts.Zero, letter));
        }
    }

    private double ReportedRadius()
    {
        double largestArcsec = errorReach?.LargestArcsec ?? new ErrorReach(options, a, b).LargestArcsec;
        options.OnMessage?.Invoke(string.Create(CultureInfo.InvariantCulture,
            $"the radius is {largestArcsec:G6} arcsec, from the largest {(options.Errors == ErrorModel.Radius ? "radius" : "errors")}"));
        return largestArcsec;
    }
}
