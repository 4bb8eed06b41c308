using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;
using Pile.Earth;
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
    private TimeReach? inTime;
    private double radiusArcsec, searchArcsec;
    private ErrorReach? errorReach;
    private WidePairs? widePairs;
    private MatchTrust trust = null!;
    private MatchProbability? probability;

    private MatchRun(MatchRequest request, MatchWorkspace work, OpenSides sides) =>
        (this.request, options, this.work, this.sides, a, b) = (request, request.Options, work, sides, sides.A, sides.B);

    /// <summary>The workspace, through which memory of the match is read after it has ended.</summary>
    internal MatchWorkspace Work => work;

    internal bool MayLackA => JoinedRows.MayLackA(options.Join);

    internal bool MayLackB => JoinedRows.MayLackB(options.Join) || options.Find == MatchFind.Groups;

    /// <summary>True if both sides are datasets, so that row numbers are positions in their indexes.</summary>
    internal bool IsOfDatasets => a is MappedSide && b is MappedSide;

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
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(options);
        MatchWorkspace workspace = new(options.Workers, options.MemoryBytes, options.KeptBytes);
        MatchRun? run = null;
        try
        {
            run = await OpenAsync(a, b, options, workspace, isShare: false, cancellationToken).ConfigureAwait(false);
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
        bool isShare, CancellationToken cancellationToken)
    {
        MatchRequest asked = await MatchRequest.OfAsync(a, b, options, workspace, cancellationToken).ConfigureAwait(false);
        await asked.CheckAsync(workspace, cancellationToken).ConfigureAwait(false);
        asked.Report();
        return new MatchRun(asked, workspace,
            await OpenSides.OpenAsync(asked, workspace, isShare, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Returns true if two datasets still have the files that were matched.</summary>
    internal async Task<bool> IsOfAsync(Dataset ofA, Dataset ofB, CancellationToken cancellationToken)
    {
        foreach ((Dataset dataset, SideIdentity matched) in new[] { (ofA, sides.IdentityA), (ofB, sides.IdentityB) })
            if (!IsOfDatasets || matched.Stamp
                != (await new DatasetSide(dataset).IdentifyAsync(asOpened: false, cancellationToken).ConfigureAwait(false)).Stamp)
                return false;
        return true;
    }

    /// <summary>Finds a side of the match that is another dataset than a given one.</summary>
    /// <returns>The side, <c>A</c> or <c>B</c>, and the name of its dataset; null if both are those of the match, or are tables.</returns>
    internal async Task<(char Side, string Name)?> FindOtherAsync(Dataset ofA, Dataset ofB, CancellationToken cancellationToken)
    {
        foreach ((char side, Dataset given, SideIdentity matched) in new[]
            { ('A', ofA, sides.IdentityA), ('B', ofB, sides.IdentityB) })
        {
            if (matched.Kind != SideIdentity.OfDataset)
                continue;
            SideIdentity own = await new DatasetSide(given).IdentifyAsync(asOpened: true, cancellationToken).ConfigureAwait(false);
            if (matched.Sha256 is { } content ? content != own.Sha256 : matched.Stamp != own.Stamp)
                return (side, matched.Name);
        }
        return null;
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

    private T WithPipeline<T>(Func<MatchPipeline, T> run, CancellationToken cancellationToken,
        SearchPass pass = SearchPass.Match, Action<PairBuffer>? collect = null)
    {
        long done = 0, total = tasks?.RowsOfShare ?? a.Positions.Count;
        string phase = pass switch
        {
            SearchPass.Epochs => "find rows with epochs",
            SearchPass.Magnitudes => "find secure counterparts",
            _ => "match"
        };
        using PairFilters conditions = MatchFilters.Of(request, work, a, b, out bool isEitherWay, cancellationToken,
            pass != SearchPass.Epochs);
        inTime?.AddTo(conditions, a, b);
        PairFilters filters = tasks?.Found is null ? conditions : new(); // pairs that tasks found meet the conditions
        if (collect is not null || (pass == SearchPass.Match && probability is not null))
            filters.Add(collect ?? probability!.Collect);
        return run(new MatchPipeline
        {
            A = a.Positions,
            B = b.Positions,
            RowsA = a.RowCount,
            RowsB = b.RowCount,
            Search = new SkyMatchOptions
            {
                RadiusArcsec = searchArcsec,
                Workers = options.Workers,
                RowsDone = options.Progress is { } progress ? rows =>
                    progress.Report(new PhaseProgress(phase, Interlocked.Add(ref done, rows), total)) : null,
                ChunksOfA = tasks?.Chunks,
            },
            Wide = widePairs,
            SelectedA = a.Selected,
            SelectedB = b.Selected,
            Filters = filters,
            Found = tasks?.Found,
            Self = request.Self,
            IsEitherWay = isEitherWay,
            Find = options.Find,
            Neighbours = options.Neighbours,
            InTime = TimeChoice.IsOf(options.Find) ? new TimeChoice(options.Find, new PairTimes(a, b, options.Find)) : null,
            Join = options.Join,
            OneToOne = options.Find == MatchFind.OneToOne ? () =>
                new OneToOneChoice(work, a.Ids, b.Ids, request.IsSelf, a.Count >= b.Count) : null,
            Matcher = options.Matcher,
            EarthRadiusM = request.A.Frame.IsEarth ? options.RadiusM ?? EarthRadius.LargestDistanceM : null,
            Facts = pass == SearchPass.Match ? trust.Facts : null,
            Listed = options.Pairs is null ? null : ListedPairs.Find(options, a, b, work, cancellationToken),
            Work = work,
        });
    }

    /// <summary>Checks that no side changed during the match.</summary>
    private async Task EndAsync(CancellationToken cancellationToken)
    {
        RequireUnchanged();
        (SideIdentity afterA, SideIdentity afterB) =
            await OpenSides.IdentifyAsync(request, asOpened: false, cancellationToken).ConfigureAwait(false);
        foreach ((MatchSide side, SideIdentity before, SideIdentity after) in new[] { (request.A, sides.IdentityA, afterA),
            (request.B, sides.IdentityB, afterB) })
            if (before != after)
                throw new SourceUnreadableException(side.Name, "it changed during the match",
                    "Repeat the match when no program writes to it");
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
