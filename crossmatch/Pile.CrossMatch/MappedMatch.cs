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
    private readonly PreparedSide a, b;
    private SideIdentity? identityA, identityB;
    private HealpixRanges? reachA, reachB;
    private double radiusArcsec;

    private MappedMatch(MatchQuestion question, MatchWorkspace work, PreparedSide a, PreparedSide b) =>
        (this.question, options, this.work, this.a, this.b) = (question, question.Options, work, a, b);

    internal bool MayLackA => JoinedRows.MayLackA(options.Join);

    internal bool MayLackB => JoinedRows.MayLackB(options.Join) || options.Find == MatchFind.Groups;

    /// <summary>Whether all rows are of datasets, so that row numbers are positions in their indexes.</summary>
    internal bool IsOfDatasets => a is MappedSide && b is MappedSide;

    /// <summary>Opens the sides of a match; reads tables.</summary>
    /// <returns>Null if one of them must be read into the query engine.</returns>
    internal static async Task<MappedMatch?> TryOpenAsync(MatchQuestion question, MatchWorkspace work, CancellationToken cancellationToken)
    {
        (MatchSide Side, SideNeeds Needs, string Phase)[] sides = [(question.A, question.NeedsA, "read A"), (question.B, question.NeedsB, "read B")];
        if (question.IsSelf)
            sides = sides[..1];
        PreparedSide?[] opened = new PreparedSide?[sides.Length];
        bool isComplete = false;
        try
        {
            // Datasets first: tables are read for nothing if one of them is not on this machine.
            await ForEach(i => sides[i].Side is not TableSide, async i =>
                opened[i] = await MappedSide.TryOpenAsync(sides[i].Side, work, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            if (sides.Index().Any(s => s.Item.Side is not TableSide && opened[s.Index] is null))
                return null;
            foreach ((MatchSide side, _, _) in sides)
                await side.PrepareAsync(cancellationToken).ConfigureAwait(false);
            (SideIdentity A, SideIdentity B) identities = await IdentifyAsync(question, cancellationToken).ConfigureAwait(false);
            await ForEach(i => sides[i].Side is TableSide, async i =>
                opened[i] = await LoadedSide.LoadAsync((TableSide)sides[i].Side, sides[i].Needs, work, question.Options.Workers,
                    question.Options.Progress is { } progress ? (done, total) => progress.Report(new MatchProgress(sides[i].Phase, done, total)) : null,
                    cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            isComplete = true;
            return new MappedMatch(question, work, opened[0]!, opened[^1]!) { identityA = identities.A, identityB = identities.B };
        }
        finally
        {
            foreach (PreparedSide? side in isComplete ? [] : opened)
                side?.Dispose();
        }

        Task ForEach(Func<int, bool> isWanted, Func<int, Task> open) => Task.WhenAll(Enumerable.Range(0, sides.Length).Where(isWanted)
            .Select(i => Task.Run(() => open(i), cancellationToken)));
    }

    /// <summary>Reads what the match needs beside positions: rows that meet the conditions of a side, and columns.</summary>
    internal async Task ReadAsync(CancellationToken cancellationToken)
    {
        MappedSide[] datasets = [.. new[] { a, b }.OfType<MappedSide>().Distinct()];
        foreach (MappedSide side in datasets)
            await side.SelectAsync(cancellationToken).ConfigureAwait(false);
        (reachA, reachB) = await ReachAsync(cancellationToken).ConfigureAwait(false);
        List<TileValues> columns = [];
        foreach (MappedSide side in datasets)
            if (await side.BeginReadAsync(side == a ? question.NeedsA : question.NeedsB, side == a ? reachA : reachB, cancellationToken).ConfigureAwait(false) is { } ofSide)
                columns.Add(ofSide);
        await TileValues.ReadAsync([.. columns], options.Workers, cancellationToken).ConfigureAwait(false);
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
        ImmutableArray<ResultColumn> columns = linked is { } l ? Columns(row => GroupOf(l.Groups, row), row => SizeOf(l.Groups, l.Sizes, row))
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
        ImmutableArray<ResultColumn> columns = linked is { } l ? Columns(row => GroupOf(l.Groups, row), row => SizeOf(l.Groups, l.Sizes, row))
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
            if (!IsOfDatasets || matched?.Stamp != (await new DatasetSide(dataset).IdentifyAsync(cancellationToken).ConfigureAwait(false)).Stamp)
                return false;
        return true;
    }

    /// <summary>Gives memory back after the rows of a block were taken; blocks come in order.</summary>
    /// <param name="rowsA">Rows of A, -1 for none.</param>
    /// <param name="rowsB">Rows of B, -1 for none.</param>
    internal void ReleaseBehind(ReadOnlySpan<int> rowsA, ReadOnlySpan<int> rowsB)
    {
        if (rowsA is [>= 0 and var rowA, ..])
            a.Positions.ReleaseBehind(rowA >> SortedPositions.ChunkShift);
        if (rowsB is [>= 0 and var rowB, ..])
            b.Positions.ReleaseBehind(rowB >> SortedPositions.ChunkShift);
    }

    /// <summary>Reports mapped files that were written to since they were opened.</summary>
    internal void RequireUnchanged()
    {
        a.RequireUnchanged();
        b.RequireUnchanged();
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
        for (int first = 0; first < a.RowCount; first += SortedPositions.ChunkRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (block.Count, block.FirstRowA, block.EndRowA) = (0, first, Math.Min(first + SortedPositions.ChunkRows, a.RowCount));
            block.Reserve(SortedPositions.ChunkRows);
            for (int row = first; row < block.EndRowA; row++)
                if ((a.Selected is null || a.Selected[row]) && (options.Join == MatchJoin.Left
                    || GroupOf(groups.Groups, row) == 0 == (options.Join == MatchJoin.Anti)))
                    block.Add(row, -1, double.NaN);
            sink.Prepare(block);
            sink.Place(block);
            sink.Write(block);
        }
        return groups.Counts;
    }

    // Rows without a position are in none.
    private static int GroupOf(int[] groups, int row) => row < groups.Length ? groups[row] : 0;

    private static int SizeOf(int[] groups, List<int> sizes, int row) => GroupOf(groups, row) is > 0 and int group ? sizes[group - 1] : 0;

    private T WithPipeline<T>(Func<MatchPipeline, T> run, CancellationToken cancellationToken)
    {
        long done = 0, total = a.Positions.Count;
        using PairFilters filters = MatchFilters.Of(question, work, a, b, out bool isEitherWay, cancellationToken);
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
                new OneToOneChoice(work, a.Ids, b.Ids, question.IsSelf, a.Count >= b.Count) : null,
            Matcher = options.Matcher,
            Work = work,
        });
    }

    private static async Task<(SideIdentity A, SideIdentity B)> IdentifyAsync(MatchQuestion question, CancellationToken cancellationToken)
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
        if (question.MayPruneA && (b.Selected is not null || b is LoadedSide))
            ofA = SkyReach.Around(b.Positions, options.RadiusArcsec!.Value, b.Selected);
        if (question.MayPruneB && (a.Selected is not null || a is LoadedSide))
            ofB = SkyReach.Around(a.Positions, options.RadiusArcsec!.Value, a.Selected);
        return (ofA, ofB);
    }

    private void ReportErrors()
    {
        foreach ((PreparedSide side, string letter) in question.IsSelf ? [(a, "A")] : new[] { (a, "A"), (b, "B") })
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

    private static double Largest(PreparedSide side)
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
        (SideIdentity afterA, SideIdentity afterB) = await IdentifyAsync(question, cancellationToken).ConfigureAwait(false);
        foreach ((MatchSide side, SideIdentity? before, SideIdentity after) in new[] { (question.A, identityA, afterA),
            (question.B, identityB, afterB) })
            if (before != after)
                throw new SourceUnreadableException(side.Name, "it was changed while it was matched",
                    "Match it again when nobody writes to it");
    }

    private MatchSummary Summary(PairCounts counts, long rows, long? groups) =>
        new(rows, counts.Pairs, a.Count, b.Count, a.Count - counts.RowsAInPairs, b.Count - counts.RowsBInPairs,
            a.WithoutPosition + (question.IsSelf ? 0 : b.WithoutPosition), groups);

    private async Task<MatchSummary> WithActualAsync(MatchSummary summary, CancellationToken cancellationToken)
    {
        SidePlan planA = await a.ActualAsync(question.NeedsA, reachA, cancellationToken).ConfigureAwait(false);
        SidePlan planB = question.IsSelf ? planA : await b.ActualAsync(question.NeedsB, reachB, cancellationToken).ConfigureAwait(false);
        return summary with { Actual = new MatchPlan(planA, planB, radiusArcsec, await MatchStages.ListAsync(question, planA, planB, cancellationToken).ConfigureAwait(false)) };
    }

    private ImmutableArray<KeyValuePair<string, string>> Record(MatchSummary summary, MatchDensity density, bool ofPositions)
    {
        (SideIdentity ofA, SideIdentity ofB) = (a.Identified(identityA!, ofPositions), b.Identified(identityB!, ofPositions));
        ImmutableArray<KeyValuePair<string, string>> record = MatchRecord.Of(ofA, question.IsSelf ? null : ofB, options, radiusArcsec, summary, density);
        return !ofPositions ? record : [.. record, .. MatchRecord.OfPositions("a", a.Positions), .. MatchRecord.OfPositions("b", b.Positions)];
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
