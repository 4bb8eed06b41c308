using System.Collections.Immutable;
using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>A match of datasets on this machine: their positions are mapped, and pairs stream from the search to the result.</summary>
internal sealed class MappedMatch : IDisposable
{
    // Radii out of errors are rounded: a pair at the limit is judged by its own errors, and must be found first.
    private const double RadiusMargin = 1 + 1e-9, WholeSkyArcsec = 180 * 3600;

    private readonly MatchQuestion question;
    private readonly CrossMatchOptions options;
    private readonly MatchWorkspace work;
    private readonly MappedSide a, b;
    private SideIdentity? identityA, identityB;
    private HealpixRanges? reachA, reachB;
    private double radiusArcsec;

    private MappedMatch(MatchQuestion question, MatchWorkspace work, MappedSide a, MappedSide b) =>
        (this.question, options, this.work, this.a, this.b) = (question, question.Options, work, a, b);

    internal bool MayLackA => JoinedRows.MayLackA(options.Join);

    internal bool MayLackB => JoinedRows.MayLackB(options.Join) || options.Find == MatchFind.Groups;

    /// <summary>Opens the sides of a match.</summary>
    /// <returns>Null if one of them must be read.</returns>
    internal static async Task<MappedMatch?> TryOpenAsync(MatchQuestion question, MatchWorkspace work, CancellationToken cancellationToken)
    {
        MatchSide[] sides = question.IsSelf ? [question.A] : [question.A, question.B];
        Task<MappedSide?>[] opening = [.. sides.Select(side => Task.Run(() => MappedSide.TryOpenAsync(side, work, cancellationToken), cancellationToken))];
        MappedSide?[] opened = [null];
        try
        {
            opened = await Task.WhenAll(opening).ConfigureAwait(false);
        }
        finally
        {
            if (opened.Contains(null))
                foreach (Task<MappedSide?> task in opening)
                    if (task.IsCompletedSuccessfully)
                        task.Result?.Dispose();
        }
        return opened.Contains(null) ? null : new MappedMatch(question, work, opened[0]!, opened[^1]!);
    }

    /// <summary>Reads what the match needs beside positions: rows that meet the conditions of a side, and columns.</summary>
    internal async Task ReadAsync(CancellationToken cancellationToken)
    {
        (identityA, identityB) = await IdentifyAsync(cancellationToken).ConfigureAwait(false);
        await a.SelectAsync(cancellationToken).ConfigureAwait(false);
        if (!question.IsSelf)
            await b.SelectAsync(cancellationToken).ConfigureAwait(false);
        (reachA, reachB) = await ReachAsync(cancellationToken).ConfigureAwait(false);
        TileValues?[] columns = [await a.BeginReadAsync(question.NeedsA, reachA, cancellationToken).ConfigureAwait(false),
            question.IsSelf ? null : await b.BeginReadAsync(question.NeedsB, reachB, cancellationToken).ConfigureAwait(false)];
        await TileValues.ReadAsync([.. columns.OfType<TileValues>()], options.Workers, cancellationToken).ConfigureAwait(false);
        a.EndRead(question.NeedsA, reachA);
        if (!question.IsSelf)
            b.EndRead(question.NeedsB, reachB);
        ReportErrors();
        radiusArcsec = options.RadiusArcsec ?? LargestRadius();
    }

    /// <summary>The columns of the result.</summary>
    internal ImmutableArray<ResultColumn> Columns(Func<int, int>? groupOf = null, Func<int, int>? sizeOf = null) =>
        groupOf is null ? MappedColumns.OfPairs(a, question.CarriedA, b, question.CarriedB, options)
            : MappedColumns.OfGroups(a, question.CarriedA, options.Join != MatchJoin.Inner, groupOf, sizeOf!);

    /// <summary>Matches into a Parquet file.</summary>
    /// <returns>Null if a column is not one that plain Parquet holds; nothing is done then.</returns>
    internal async Task<MatchSummary?> ToParquetAsync(string path, bool overwrite, CancellationToken cancellationToken)
    {
        if (options.Find != MatchFind.Groups && !PairsFile.CanHold(Columns()))
            return null;
        (int[] Groups, List<int> Sizes, PairCounts Counts)? linked = options.Find == MatchFind.Groups
            ? await Task.Run(() => Guard(() => WithPipeline(p => p.Link(cancellationToken), cancellationToken)), cancellationToken).ConfigureAwait(false)
            : null;
        ImmutableArray<ResultColumn> columns = linked is { } l ? Columns(row => l.Groups[row], row => SizeOf(l.Groups, l.Sizes, row))
            : Columns();
        if (!PairsFile.CanHold(columns))
            return null;
        MatchSummary? summary = null;
        await Task.Run(() => PairsOutput.Write(path, overwrite, columns, MayLackA, MayLackB, file => Guard(() =>
        {
            RowCounter rows = new(file);
            PairCounts counts = Run(linked, rows, cancellationToken);
            EndAsync(cancellationToken).GetAwaiter().GetResult();
            summary = Summary(counts, rows.Count, linked?.Sizes.Count);
            return Record(summary, counts.Density(), ofPositions: true);
        })), cancellationToken).ConfigureAwait(false);
        return await WithActualAsync(summary!, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Matches into memory.</summary>
    internal async Task<MatchTable> ToTableAsync(CancellationToken cancellationToken)
    {
        (int[] Groups, List<int> Sizes, PairCounts Counts)? linked = null;
        KeptPairs rows = new(work);
        PairCounts counts = await Task.Run(() => Guard(() =>
        {
            if (options.Find == MatchFind.Groups)
                linked = WithPipeline(pipeline => pipeline.Link(cancellationToken), cancellationToken);
            return Run(linked, rows, cancellationToken);
        }), cancellationToken).ConfigureAwait(false);
        await EndAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<ResultColumn> columns = linked is { } l ? Columns(row => l.Groups[row], row => SizeOf(l.Groups, l.Sizes, row))
            : Columns();
        MatchSummary summary = await WithActualAsync(Summary(counts, rows.Count, linked?.Sizes.Count),
            cancellationToken).ConfigureAwait(false);
        MatchDensity density = counts.Density();
        return new MatchTable(work, new MappedRows(this, rows, columns, MayLackA, MayLackB, options.Workers), summary, density,
            Record(summary, density, ofPositions: false));
    }

    /// <summary>Returns whether two datasets have the files that were matched.</summary>
    internal async Task<bool> IsOfAsync(Dataset ofA, Dataset ofB, CancellationToken cancellationToken)
    {
        foreach ((Dataset dataset, SideIdentity? matched) in new[] { (ofA, identityA), (ofB, identityB) })
            if (matched?.Stamp != (await new DatasetSide(dataset).IdentifyAsync(cancellationToken).ConfigureAwait(false)).Stamp)
                return false;
        return true;
    }

    /// <summary>Reports mapped files that were written to since they were opened.</summary>
    internal void RequireUnchanged()
    {
        a.Positions.RequireUnchanged();
        b.Positions.RequireUnchanged();
    }

    public void Dispose()
    {
        a.Dispose();
        b.Dispose();
    }

    private PairCounts Run((int[] Groups, List<int> Sizes, PairCounts Counts)? linked, IPairSink sink, CancellationToken cancellationToken)
    {
        if (linked is not { } groups)
            return WithPipeline(pipeline => pipeline.Run(sink, cancellationToken), cancellationToken);
        PairBuffer block = new();
        for (int first = 0; first < groups.Groups.Length; first += SortedPositions.ChunkRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (block.Count, block.FirstRowA, block.EndRowA) = (0, first, Math.Min(first + SortedPositions.ChunkRows, groups.Groups.Length));
            block.Reserve(SortedPositions.ChunkRows);
            for (int row = first; row < block.EndRowA; row++)
                if ((a.Selected is null || a.Selected[row]) && (options.Join == MatchJoin.Left
                    || groups.Groups[row] == 0 == (options.Join == MatchJoin.Anti)))
                    block.Add(row, -1, double.NaN);
            sink.Prepare(block);
            sink.Place(block);
            sink.Write(block);
        }
        return groups.Counts;
    }

    private static int SizeOf(int[] groups, List<int> sizes, int row) => groups[row] == 0 ? 0 : sizes[groups[row] - 1];

    private T WithPipeline<T>(Func<MatchPipeline, T> run, CancellationToken cancellationToken)
    {
        long done = 0, total = a.Positions.Count;
        using PairFilters filters = MatchFilters.Of(question, work, a, b, out bool isEitherWay, cancellationToken);
        return run(new MatchPipeline
        {
            A = a.Positions,
            B = b.Positions,
            Search = new SkyMatchOptions
            {
                RadiusArcsec = radiusArcsec,
                Workers = options.Workers,
                RowsDone = options.Progress is { } progress ? rows =>
                    progress.Report(new MatchProgress("match", Interlocked.Add(ref done, rows), total)) : null,
            },
            SelectedA = a.Selected,
            SelectedB = b.Selected,
            Filters = filters,
            Self = question.Self,
            IsEitherWay = isEitherWay,
            Find = options.Find,
            Neighbours = options.Neighbours,
            Join = options.Join,
            OneToOne = options.Find == MatchFind.OneToOne ? () =>
                new OneToOneChoice(work, new MappedIds(a.Positions), new MappedIds(b.Positions), question.IsSelf, a.Count >= b.Count) : null,
            Matcher = options.Matcher,
            Work = work,
        });
    }

    private async Task<(SideIdentity A, SideIdentity B)> IdentifyAsync(CancellationToken cancellationToken)
    {
        Task<SideIdentity> ofA = Task.Run(() => question.A.IdentifyAsync(cancellationToken), cancellationToken),
            ofB = question.IsSelf ? ofA : question.B.IdentifyAsync(cancellationToken);
        return (await ofA.ConfigureAwait(false), await ofB.ConfigureAwait(false));
    }

    /// <summary>Where rows of each side matter to their columns; null where everything does.</summary>
    private async Task<(HealpixRanges? A, HealpixRanges? B)> ReachAsync(CancellationToken cancellationToken)
    {
        if (question.NeedsA.All.IsEmpty && question.NeedsB.All.IsEmpty)
            return default;
        (HealpixRanges? ofA, HealpixRanges? ofB) = await question.ReachOfTilesAsync(cancellationToken).ConfigureAwait(false);
        if (question.MayPruneA && b.Selected is { } selectedB)
            ofA = SkyReach.Around(b.Positions, options.RadiusArcsec!.Value, selectedB);
        if (question.MayPruneB && a.Selected is { } selectedA)
            ofB = SkyReach.Around(a.Positions, options.RadiusArcsec!.Value, selectedA);
        return (ofA, ofB);
    }

    private void ReportErrors()
    {
        foreach ((MappedSide side, string letter) in question.IsSelf ? [(a, "A")] : new[] { (a, "A"), (b, "B") })
            if (side.WithoutError > 0)
                options.OnMessage?.Invoke(MatchWords.WithoutError(side.WithoutError, letter, question));
    }

    private double LargestRadius()
    {
        (double largestA, double largestB) = (Largest(a), Largest(b));
        double largest = options.Errors == ErrorModel.Sigma ? options.Sigma * Math.Sqrt((largestA * largestA) + (largestB * largestB))
            : largestA + largestB;
        return Math.Min(largest * RadiusMargin, WholeSkyArcsec);
    }

    private static double Largest(MappedSide side)
    {
        double largest = 0;
        for (int row = 0; row < side.Errors.Count; row++)
            if (side.Errors[row] > largest && (side.Selected is null || side.Selected[row]))
                largest = side.Errors[row];
        return largest;
    }

    /// <summary>Checks that nobody has changed a side meanwhile.</summary>
    private async Task EndAsync(CancellationToken cancellationToken)
    {
        RequireUnchanged();
        (SideIdentity afterA, SideIdentity afterB) = await IdentifyAsync(cancellationToken).ConfigureAwait(false);
        foreach ((MatchSide side, SideIdentity? before, SideIdentity after) in new[] { (question.A, identityA, afterA),
            (question.B, identityB, afterB) })
            if (before != after)
                throw new SourceUnreadableException(side.Name, "it was changed while it was matched",
                    "Match it again when nobody writes to it");
    }

    private MatchSummary Summary(PairCounts counts, long rows, long? groups) =>
        new(rows, counts.Pairs, a.Count, b.Count, a.Count - counts.RowsAInPairs, b.Count - counts.RowsBInPairs, 0, groups);

    private async Task<MatchSummary> WithActualAsync(MatchSummary summary, CancellationToken cancellationToken)
    {
        SidePlan planA = await ActualAsync(a, question.NeedsA, reachA, cancellationToken).ConfigureAwait(false);
        SidePlan planB = question.IsSelf ? planA : await ActualAsync(b, question.NeedsB, reachB, cancellationToken).ConfigureAwait(false);
        return summary with { Actual = new MatchPlan(planA, planB, radiusArcsec, question.Steps(planA, planB)) };
    }

    // Of positions alone no tile is opened.
    private static async Task<SidePlan> ActualAsync(MappedSide side, SideNeeds needs, HealpixRanges? reach, CancellationToken cancellationToken) =>
        side.HasReadTiles ? await side.Side.PlanAsync(needs.All, reach, cancellationToken).ConfigureAwait(false) with { Rows = side.Count }
            : new SidePlan(side.Side.Name, 0, side.TileCount, side.Count, side.PositionsBytes, 1);

    private ImmutableArray<KeyValuePair<string, string>> Record(MatchSummary summary, MatchDensity density, bool ofPositions)
    {
        SideIdentity ofA = identityA!, ofB = identityB!;
        if (!ofPositions)
            return MatchRecord.Of(ofA, question.IsSelf ? null : ofB, options, radiusArcsec, summary, density);
        (ofA, ofB) = (ofA with { Sha256 = a.HasReadTiles ? ofA.Sha256 : null }, ofB with { Sha256 = b.HasReadTiles ? ofB.Sha256 : null });
        return [.. MatchRecord.Of(ofA, question.IsSelf ? null : ofB, options, radiusArcsec, summary, density),
            .. MatchRecord.OfPositions(a.Positions, b.Positions)];
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

    // Counts the rows that a sink receives.
    private sealed class RowCounter(IPairSink sink) : IPairSink
    {
        internal long Count { get; private set; }

        public void Prepare(PairBuffer rows) => sink.Prepare(rows);

        public void Place(PairBuffer rows)
        {
            Count += rows.Count;
            sink.Place(rows);
        }

        public void Write(PairBuffer rows) => sink.Write(rows);
    }
}
