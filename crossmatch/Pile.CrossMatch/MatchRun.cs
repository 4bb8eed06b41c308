using System.Collections.Immutable;
using System.Globalization;
using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Runs one match. Pairs stream from the search to the result.</summary>
internal sealed partial class MatchRun : IDisposable
{
    private const double WholeSkyArcsec = 180 * 3600;

    private readonly MatchRequest request;
    private readonly CrossMatchOptions options;
    private readonly MatchWorkspace work;
    private readonly OpenSides sides;
    private readonly PreparedSide a, b;
    private HealpixRanges? reachA, reachB;
    private double radiusArcsec;
    private MatchTrust trust = null!;
    private MatchProbability? probability;

    private MatchRun(MatchRequest request, MatchWorkspace work, OpenSides sides) =>
        (this.request, options, this.work, this.sides, a, b) = (request, request.Options, work, sides, sides.A, sides.B);

    internal bool MayLackA => JoinedRows.MayLackA(options.Join);

    internal bool MayLackB => JoinedRows.MayLackB(options.Join) || options.Find == MatchFind.Groups;

    /// <summary>True if both sides are datasets, so that row numbers are positions in their indexes.</summary>
    internal bool IsOfDatasets => a is MappedSide { IsOfDataset: true } && b is MappedSide { IsOfDataset: true };

    /// <summary>Matches into memory.</summary>
    internal static async Task<MatchTable> RunAsync(MatchSide a, MatchSide? b, CrossMatchOptions options,
        CancellationToken cancellationToken) =>
        (await RunAsync(a, b, options, null, false, cancellationToken).ConfigureAwait(false)).Table!;

    /// <summary>Matches into a Parquet file if plain Parquet supports all columns, otherwise into memory.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other side; null for a self match.</param>
    /// <param name="options">The options.</param>
    /// <param name="parquetPath">The Parquet file; null to match into memory.</param>
    /// <param name="overwrite">True to replace an existing file.</param>
    /// <param name="cancellationToken">Cancels the match.</param>
    /// <returns>The summary if the file was written, otherwise the table.</returns>
    /// <param name="commit">The parts of tasks whose pairs are used instead of a search; null to search.</param>
    internal static async Task<(MatchSummary? Written, MatchTable? Table)> RunAsync(MatchSide a, MatchSide? b, CrossMatchOptions options,
        string? parquetPath, bool overwrite, CancellationToken cancellationToken, PartFolder? commit = null)
    {
        MatchWorkspace workspace = new(options.Workers, options.MemoryBytes, options.KeptBytes);
        MatchRun? run = null;
        try
        {
            run = await OpenAsync(a, b, options, workspace, cancellationToken).ConfigureAwait(false);
            if (commit is not null)
                run.tasks = await MatchTasks.OfPartsAsync(commit, run.request, run.sides, workspace, cancellationToken)
                    .ConfigureAwait(false);
            await run.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (parquetPath is null || await run.ToParquetAsync(parquetPath, overwrite, cancellationToken).ConfigureAwait(false)
                is not { } summary)
                return (null, await run.ToTableAsync(cancellationToken).ConfigureAwait(false));
            run.Dispose();
            workspace.Dispose();
            return (summary, null);
        }
        catch
        {
            run?.Dispose();
            workspace.Dispose();
            throw;
        }
    }

    private static async Task<MatchRun> OpenAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, MatchWorkspace workspace,
        CancellationToken cancellationToken)
    {
        MatchRequest asked = MatchRequest.Of(a, b, options, workspace);
        await asked.CheckAsync(workspace, cancellationToken).ConfigureAwait(false);
        asked.ReportTimes();
        MatchRun run = new(asked, workspace, await OpenSides.OpenAsync(asked, workspace, cancellationToken).ConfigureAwait(false));
        try
        {
            run.RequirePlain();
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    // Files of positions have no proper motions: only their datasets can be moved to a common epoch. Radii on the earth are in metres.
    private void RequirePlain()
    {
        if (!request.HasOnlyPositions || a.Positions is not MappedPositions ofA || b.Positions is not MappedPositions ofB)
            return;
        if (ofA.Frame.IsEarth || ofB.Frame.IsEarth
            || (ofA.EpochYear is not null && ofB.EpochYear is not null && ofA.EpochYear != ofB.EpochYear))
            throw new DatasetsRequiredException();
    }

    /// <summary>Reads what the match needs in addition to positions: the rows that meet the conditions of a side, and columns.</summary>
    internal async Task ReadAsync(CancellationToken cancellationToken)
    {
        MappedSide[] datasets = [.. new[] { sides.HasSharedA ? null : a, sides.HasSharedB ? null : b }.OfType<MappedSide>().Distinct()];
        foreach (MappedSide side in datasets)
            await side.SelectAsync(cancellationToken).ConfigureAwait(false);
        (reachA, reachB) = await ReachAsync(datasets, cancellationToken).ConfigureAwait(false);
        foreach (MappedSide side in datasets)
            side.BeginFetch(side == a ? reachA : reachB);
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
        radiusArcsec = request.A.Frame.IsEarth ? request.RadiusArcsec!.Value : options.RadiusArcsec
            ?? (options is { Pairs: not null, Errors: ErrorModel.None } ? WholeSkyArcsec : ReportedRadius());
        if (request.Times is { } times)
        {
            if (times.A.HasEpochs || times.B.HasEpochs)
                await ReadEpochsAsync(times, cancellationToken).ConfigureAwait(false);
            ReportTimes(times);
        }
        probability = options.WithProbability ? MatchProbability.Of(options, work, a, b) : null;
        trust = new MatchTrust(request, work, a, b, radiusArcsec);
    }

    /// <summary>Returns the columns of the result.</summary>
    private ImmutableArray<ResultColumn> Columns(LinkedGroups? linked = null) =>
        linked is null ? ResultColumns.OfPairs(a, request.CarriedA, b, request.CarriedB, options, request.Times, probability)
            : ResultColumns.OfGroups(a, request.CarriedA, options.Join != MatchJoin.Inner, linked.GroupOf, linked.SizeOf);

    /// <summary>Matches into a Parquet file.</summary>
    /// <returns>The summary; null if plain Parquet does not support a column, and nothing was written.</returns>
    internal async Task<MatchSummary?> ToParquetAsync(string path, bool overwrite, CancellationToken cancellationToken)
    {
        if (options.Nest || (options.Find != MatchFind.Groups && !PairsFile.CanHold(Columns())))
            return null;
        LinkedGroups? linked = options.Find == MatchFind.Groups
            ? await Task.Run(() => Guard(() => WithPipeline(p => p.Link(cancellationToken), cancellationToken)), cancellationToken)
                .ConfigureAwait(false)
            : null;
        ImmutableArray<ResultColumn> columns = Columns(linked);
        if (!PairsFile.CanHold(columns))
            return null;
        MatchSummary? summary = null;
        if (request.HasOnlyPositions) // the command line, which waits anyway: compiling what continues after a wait takes time
            Write();
        else
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
        ImmutableArray<ResultColumn> columns = Columns(linked);
        NestedRows? nested = options.Nest ? new NestedRows(columns, summary.Rows) : null;
        summary = await WithActualAsync(summary, cancellationToken).ConfigureAwait(false);
        MatchDensity density = counts.Density();
        ImmutableArray<KeyValuePair<string, string>> record = [.. Record(ref summary, density, ofPositions: false)];
        return new MatchTable(work, new GatheredRows(this, rows, columns, MayLackA, MayLackB, options.Workers, nested), summary, density,
            record);
    }

    /// <summary>Returns true if two datasets still have the files that were matched.</summary>
    internal async Task<bool> IsOfAsync(Dataset ofA, Dataset ofB, CancellationToken cancellationToken)
    {
        foreach ((Dataset dataset, SideIdentity matched) in new[] { (ofA, sides.IdentityA), (ofB, sides.IdentityB) })
            if (!IsOfDatasets || matched.Stamp
                != (await new DatasetSide(dataset).IdentifyAsync(cancellationToken).ConfigureAwait(false)).Stamp)
                return false;
        return true;
    }

    /// <summary>Releases memory after the rows of a block were read; blocks are read in order.</summary>
    /// <param name="rowsA">Rows of A, -1 if missing.</param>
    /// <param name="rowsB">Rows of B, -1 if missing.</param>
    internal void ReleaseBehind(ReadOnlySpan<int> rowsA, ReadOnlySpan<int> rowsB)
    {
        a.Positions.ReleaseBehind(rowsA);
        b.Positions.ReleaseBehind(rowsB);
    }

    /// <summary>Releases all memory of mapped positions.</summary>
    internal void Release()
    {
        foreach (PreparedSide side in new[] { a, b })
            (side.Positions as MappedPositions)?.Release();
    }

    /// <summary>Reports mapped files that were written to since they were opened.</summary>
    internal void RequireUnchanged()
    {
        a.RequireUnchanged();
        b.RequireUnchanged();
    }

    public void Dispose() => sides.Dispose();

    private PairCounts Run(LinkedGroups? linked, IPairSink sink, CancellationToken cancellationToken)
    {
        if (linked is null)
            return WithPipeline(pipeline => pipeline.Run(sink, cancellationToken), cancellationToken);
        linked.Write(a, options.Join, sink, cancellationToken);
        return linked.Pairs;
    }

    private T WithPipeline<T>(Func<MatchPipeline, T> run, CancellationToken cancellationToken, bool isWithTimes = true)
    {
        long done = 0, total = tasks?.RowsOfShare ?? a.Positions.Count;
        string phase = isWithTimes ? "match" : "find rows with epochs";
        using PairFilters conditions = MatchFilters.Of(request, work, a, b, out bool isEitherWay, cancellationToken, isWithTimes);
        PairFilters filters = tasks?.Found is null ? conditions : new(); // pairs that tasks found meet the conditions
        if (isWithTimes && probability is not null)
            filters.Add(probability.Collect);
        return run(new MatchPipeline
        {
            A = a.Positions,
            B = b.Positions,
            RowsA = a.RowCount,
            RowsB = b.RowCount,
            Search = new SkyMatchOptions
            {
                RadiusArcsec = radiusArcsec,
                Workers = options.Workers,
                RowsDone = options.Progress is { } progress ? rows =>
                    progress.Report(new PhaseProgress(phase, Interlocked.Add(ref done, rows), total)) : null,
                ChunksOfA = tasks?.Chunks,
            },
            SelectedA = a.Selected,
            SelectedB = b.Selected,
            Filters = filters,
            Found = tasks?.Found,
            Self = request.Self,
            IsEitherWay = isEitherWay,
            Find = options.Find,
            Neighbours = options.Neighbours,
            InTime = TimeChoice.IsOf(options.Find) ? new TimeChoice(options.Find, new PairTimes(a, b)) : null,
            Join = options.Join,
            OneToOne = options.Find == MatchFind.OneToOne ? () =>
                new OneToOneChoice(work, a.Ids, b.Ids, request.IsSelf, a.Count >= b.Count) : null,
            Matcher = options.Matcher,
            EarthRadiusM = request.A.Frame.IsEarth ? options.RadiusM ?? EarthDistance.LargestM : null,
            Facts = isWithTimes ? trust.Facts : null,
            Listed = options.Pairs is null ? null : ListedPairs.Find(options, a, b, work, cancellationToken),
            Work = work,
        });
    }

    /// <summary>Returns the parts of the sky in which rows of each side are still needed; null for the whole sky.</summary>
    private async Task<(HealpixRanges? A, HealpixRanges? B)> ReachAsync(MappedSide[] datasets, CancellationToken cancellationToken)
    {
        if (request.NeedsA.All.IsEmpty && request.NeedsB.All.IsEmpty && !Array.Exists(datasets, d => d.IsRemote))
            return default;
        (HealpixRanges? ofA, HealpixRanges? ofB) = await request.ReachOfTilesAsync(cancellationToken).ConfigureAwait(false);
        if (request.MayPruneA && (b.Selected is not null || b is LoadedSide))
            ofA = SkyReach.Around(b.Positions, request.ReachArcsec!.Value, b.Selected);
        if (request.MayPruneB && (a.Selected is not null || a is LoadedSide))
            ofB = SkyReach.Around(a.Positions, request.ReachArcsec!.Value, a.Selected);
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
        double largestArcsec = ErrorRadius.LargestArcsec(options, a, b);
        options.OnMessage?.Invoke(string.Create(CultureInfo.InvariantCulture,
            $"the radius is {largestArcsec:G6} arcsec, from the largest errors"));
        return largestArcsec;
    }

    /// <summary>Checks that no side changed during the match.</summary>
    private async Task EndAsync(CancellationToken cancellationToken)
    {
        RequireUnchanged();
        (SideIdentity afterA, SideIdentity afterB) = await OpenSides.IdentifyAsync(request, cancellationToken).ConfigureAwait(false);
        foreach ((MatchSide side, SideIdentity before, SideIdentity after) in new[] { (request.A, sides.IdentityA, afterA),
            (request.B, sides.IdentityB, afterB) })
            if (before != after)
                throw new SourceUnreadableException(side.Name, "it changed during the match",
                    "Repeat the match when no program writes to it");
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
        (SideIdentity ofA, SideIdentity ofB) = (a.Identified(sides.IdentityA, ofPositions), b.Identified(sides.IdentityB, ofPositions));
        MatchRecord record = new();
        record.Add(ofA, request.IsSelf ? null : ofB, request, options, radiusArcsec, summary, density);
        if (request.Times is { } times)
            record.Add(times);
        if (ofPositions)
        {
            record.AddPositions("a", a.Positions);
            record.AddPositions("b", b.Positions);
        }
        if (probability is not null)
            record.AddPrior(probability.Prior);
        summary = summary with { Certificate = summary.Certificate! with { Metadata = record.Entries } };
        return record.Entries;
    }

    private T Guard<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (DuckDb.DuckDbException e)
        {
            throw work.Translate(e);
        }
    }
}
