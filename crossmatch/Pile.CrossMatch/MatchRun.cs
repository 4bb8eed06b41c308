using Pile.CrossMatch.Matching;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>One match, from its sides to its result.</summary>
internal sealed class MatchRun
{
    // Radii out of errors are rounded: a pair at the limit is judged by its own errors, and must be found first.
    private const double RadiusMargin = 1 + 1e-9;

    private readonly MatchQuestion question;
    private readonly CrossMatchOptions options;
    private readonly MatchWorkspace work;
    private readonly CancellationToken cancellationToken;

    private MatchRun(MatchQuestion question, MatchWorkspace work, CancellationToken cancellationToken) =>
        (this.question, options, this.work, this.cancellationToken) = (question, question.Options, work, cancellationToken);

    /// <summary>Matches into memory.</summary>
    internal static async Task<MatchTable> RunAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, CancellationToken cancellationToken) =>
        (await RunAsync(a, b, options, null, false, cancellationToken).ConfigureAwait(false)).Table!;

    /// <summary>Matches into a Parquet file where both sides are mapped and plain Parquet holds all columns, otherwise into memory.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other; null for the side with itself.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="parquetPath">The Parquet file; null for none.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <param name="cancellationToken">Stops the match.</param>
    /// <returns>The summary if the file was written, otherwise the table.</returns>
    internal static async Task<(MatchSummary? Written, MatchTable? Table)> RunAsync(MatchSide a, MatchSide? b, CrossMatchOptions options,
        string? parquetPath, bool overwrite, CancellationToken cancellationToken)
    {
        MatchWorkspace workspace = new(options.Workers, options.MemoryBytes, options.KeptBytes);
        MappedMatch? mapped = null;
        try
        {
            MatchQuestion asked = MatchQuestion.Of(a, b, options, workspace);
            await asked.CheckAsync(workspace, cancellationToken).ConfigureAwait(false);
            asked.ReportTimes();
            mapped = await MappedMatch.TryOpenAsync(asked, workspace, cancellationToken).ConfigureAwait(false);
            if (mapped is null)
                return (null, await new MatchRun(asked, workspace, cancellationToken).RunAsync().ConfigureAwait(false));
            await mapped.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (parquetPath is null || await mapped.ToParquetAsync(parquetPath, overwrite, cancellationToken).ConfigureAwait(false) is not { } summary)
                return (null, await mapped.ToTableAsync(cancellationToken).ConfigureAwait(false));
            mapped.Dispose();
            workspace.Dispose();
            return (summary, null);
        }
        catch
        {
            mapped?.Dispose();
            workspace.Dispose();
            throw;
        }
    }

    private async Task<MatchTable> RunAsync()
    {
        (SideIdentity identityA, SideIdentity identityB) = await PrepareAsync().ConfigureAwait(false);
        (SideRows a, HealpixRanges? reachA, SideRows b, HealpixRanges? reachB) = await ReadAsync().ConfigureAwait(false);
        foreach ((SideRows side, string letter) in question.IsSelf ? [(a, "A")] : new[] { (a, "A"), (b, "B") })
            if (side.WithoutError > 0)
                options.OnMessage?.Invoke(MatchWords.WithoutError(side.WithoutError, letter, question));

        double radiusArcsec = RadiusOf(a, b);
        ResultRows rows = new(options.Join, a.Count, b.Count, question.Self, a.Positions);
        MatchColumns columns = options.Find == MatchFind.Groups ? MatchColumns.OfGroups(a, question.CarriedA, options.Join != MatchJoin.Inner) : MatchColumns.OfPairs(a, question.CarriedA, b, question.CarriedB, options);
        long rowsA = reachA is null ? a.Count : await question.A.CountAsync(cancellationToken).ConfigureAwait(false) ?? a.Count;
        long rowsB = reachB is null ? b.Count : await question.B.CountAsync(cancellationToken).ConfigureAwait(false) ?? b.Count;
        (long rowCount, long? groups) = await Task.Run(() => work.Do(connection => Select(connection, a, b, rowsA >= rowsB, radiusArcsec, rows)), cancellationToken).ConfigureAwait(false);

        (SideIdentity afterA, SideIdentity afterB) = await IdentifyAsync().ConfigureAwait(false);
        RequireSame(question.A, identityA, afterA);
        RequireSame(question.B, identityB, afterB);
        MatchSummary summary = new(rowCount, rows.Pairs, rowsA, rowsB, rowsA - rows.RowsAInPairs, rowsB - rows.RowsBInPairs, a.WithoutPosition + (question.IsSelf ? 0 : b.WithoutPosition), groups);
        SidePlan planA = await question.A.PlanAsync(question.NeedsA.All, reachA, cancellationToken).ConfigureAwait(false) with { Rows = a.Count };
        SidePlan planB = question.IsSelf ? planA : await question.B.PlanAsync(question.NeedsB.All, reachB, cancellationToken).ConfigureAwait(false) with { Rows = b.Count };
        summary = summary with { Actual = new MatchPlan(planA, planB, radiusArcsec, await MatchStages.ListAsync(question, planA, planB, cancellationToken).ConfigureAwait(false)) };
        MatchDensity density = rows.Density();
        return new MatchTable(work, columns, rowCount, summary, density, MatchRecord.Of(Told(identityA, a), question.IsSelf ? null : Told(identityB, b), options, radiusArcsec, summary, density));
    }

    private async Task<(SideIdentity A, SideIdentity B)> PrepareAsync()
    {
        await question.A.PrepareAsync(cancellationToken).ConfigureAwait(false);
        if (!question.IsSelf)
            await question.B.PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await IdentifyAsync().ConfigureAwait(false);
    }

    private async Task<(SideIdentity A, SideIdentity B)> IdentifyAsync()
    {
        Task<SideIdentity> a = question.A.IdentifyAsync(cancellationToken);
        return (await a.ConfigureAwait(false), question.IsSelf ? await a.ConfigureAwait(false) : await question.B.IdentifyAsync(cancellationToken).ConfigureAwait(false));
    }

    private static SideIdentity Told(SideIdentity side, SideRows rows) => side with { Sha256 = side.Sha256 ?? rows.Sha256 };

    private static void RequireSame(MatchSide side, SideIdentity before, SideIdentity after)
    {
        if (before != after)
            throw new SourceUnreadableException(side.Name, "it was changed while it was matched", "Match it again when nobody writes to it");
    }

    /// <summary>Reads both sides; where rows of the one without a partner have no place in the result, only what the other can reach.</summary>
    private async Task<(SideRows A, HealpixRanges? ReachA, SideRows B, HealpixRanges? ReachB)> ReadAsync()
    {
        bool pruneA = question.MayPruneA, pruneB = question.MayPruneB;
        (HealpixRanges? reachA, HealpixRanges? reachB) = await question.ReachOfTilesAsync(cancellationToken).ConfigureAwait(false);
        bool bFirst = pruneA && (!pruneB || question.B.RowsAtMost < question.A.RowsAtMost);
        SideRows? a = null, b = null;
        if (bFirst)
        {
            b = await LoadB(reachB).ConfigureAwait(false);
            reachA = SkyReach.Around(b.Positions, options.RadiusArcsec!.Value);
        }
        a = await SideRows.LoadAsync(work, "a_rows", question.A, question.NeedsA, reachA, Hear("read A"), cancellationToken).ConfigureAwait(false);
        if (pruneB && !bFirst)
            reachB = SkyReach.Around(a.Positions, options.RadiusArcsec!.Value);
        b ??= question.IsSelf ? a : await LoadB(reachB).ConfigureAwait(false);
        return (a, reachA, b, reachB);

        Task<SideRows> LoadB(HealpixRanges? reach) => SideRows.LoadAsync(work, "b_rows", question.B, question.NeedsB, reach, Hear("read B"), cancellationToken);
    }

    private Action<long, long?>? Hear(string phase) => options.Progress is { } progress ? (done, total) => progress.Report(new MatchProgress(phase, done, total)) : null;

    private double RadiusOf(SideRows a, SideRows b)
    {
        if (options.RadiusArcsec is { } radius)
            return radius;
        double largestA = LargestError(a, question.NeedsA), largestB = LargestError(b, question.NeedsB);
        double largest = options.Errors == ErrorModel.Sigma ? options.Sigma * Math.Sqrt((largestA * largestA) + (largestB * largestB)) : largestA + largestB;
        const double wholeSkyArcsec = 180 * 3600;
        return Math.Min(largest * RadiusMargin, wholeSkyArcsec);
    }

    private double LargestError(SideRows side, SideNeeds needs) => needs.Errors.IsEmpty ? 0
        : work.Do(connection => connection.Scalar<double>($"SELECT coalesce(max({SideBatches.Error}), 0) FROM {side.Table}", cancellationToken: cancellationToken));

    private (long Rows, long? Groups) Select(DuckDbConnection connection, SideRows a, SideRows b, bool aIsLonger, double radiusArcsec, ResultRows rows)
    {
        PairConditions conditions = new(connection, options, question.Where, question.A, question.B, GroupName(question.A, isA: true), GroupName(question.B, isA: false));
        // Two rows of one side are one pair if they meet the conditions either way round; it comes the way it does.
        bool eitherWay = question.Self == SelfPairs.Once && conditions.TellSidesApart;
        IEnumerable<PairBatch> pairs = PairBatch.From(Found(a.Positions, b.Positions, radiusArcsec), options.MinRadiusArcsec, eitherWay ? SelfPairs.BothWays : question.Self);

        // Tables that pairs pass through are read by this while the next one is filled.
        using DuckDbConnection reading = work.Connect();
        bool isKept = !conditions.IsEmpty;
        if (isKept)
        {
            conditions.Keep(connection, "kept", pairs, a, b, cancellationToken);
            if (eitherWay)
                PairSelection.KeepOnce(connection, "kept", cancellationToken);
            pairs = PairSelection.Sorted(reading, "kept", PairSelection.ByRow, cancellationToken);
        }
        if (options.Find == MatchFind.Nearest)
            pairs = PairSelection.Nearest(pairs, options.Neighbours);
        else if (options.Find == MatchFind.OneToOne)
        {
            if (!isKept)
                PairSelection.Fill(connection, "kept", pairs, cancellationToken);
            using DuckDbConnection ofIds = work.Connect();
            IEnumerable<PairBatch> closestFirst = new TiesById(ofIds, a, b, cancellationToken).Sort(PairSelection.Sorted(reading, "kept", PairSelection.BySeparation, cancellationToken));
            PairSelection.Fill(connection, "chosen", PairSelection.OneToOne(closestFirst, a.Count, question.IsSelf ? null : b.Count, aIsLonger), cancellationToken);
            pairs = PairSelection.Sorted(reading, "chosen", PairSelection.ByRow, cancellationToken);
        }
        if (eitherWay && options.Join != MatchJoin.Inner)
            rows.Expect(pairs);
        return options.Find == MatchFind.Groups ? WriteGroups(connection, a, pairs, rows) : (Write(connection, rows.Of(pairs)), null);
    }

    private IEnumerable<PairBlock> Found(SortedPositions a, SortedPositions b, double radiusArcsec)
    {
        long done = 0, total = a.Count;
        SkyMatchOptions search = new()
        {
            RadiusArcsec = radiusArcsec,
            Workers = options.Workers,
            RowsDone = options.Progress is { } progress ? rows => progress.Report(new MatchProgress("match", Interlocked.Add(ref done, rows), total)) : null,
        };
        return (options.Matcher ?? new SkyMatcher()).Match(a, b, search, cancellationToken);
    }

    private long Write(DuckDbConnection connection, IEnumerable<PairBatch> rows)
    {
        using DuckDbBatches source = new(PairBatch.Fields, rows.Select(batch => batch.ToColumns()));
        using DuckDbScan scan = connection.Scan(source);
        connection.Execute($"CREATE TABLE {MatchColumns.ResultTable} AS SELECT * FROM {scan.Sql}", cancellationToken: cancellationToken);
        return connection.Scalar<long>($"SELECT count(*) FROM {MatchColumns.ResultTable}", cancellationToken: cancellationToken);
    }

    private (long Rows, long? Groups) WriteGroups(DuckDbConnection connection, SideRows a, IEnumerable<PairBatch> pairs, ResultRows rows)
    {
        FriendGroups friends = new((int)a.Count);
        foreach (PairBatch batch in pairs)
            for (int i = 0; i < batch.Count; i++)
            {
                (int rowA, int rowB, _) = batch[i];
                rows.Note(rowA, rowB);
                friends.Link(rowA, rowB);
            }
        (int[] groups, List<int> sizes) = friends.Number();
        using DuckDbBatches source = new([new("row_a", DuckDbType.Integer), new("group_id", DuckDbType.Integer), new("group_size", DuckDbType.Integer)], GroupRows(groups, sizes));
        using DuckDbScan scan = connection.Scan(source);
        connection.Execute($"CREATE TABLE {MatchColumns.ResultTable} AS SELECT * FROM {scan.Sql}", cancellationToken: cancellationToken);
        return (connection.Scalar<long>($"SELECT count(*) FROM {MatchColumns.ResultTable}", cancellationToken: cancellationToken), sizes.Count);
    }

    private IEnumerable<IReadOnlyList<DuckDbColumn>> GroupRows(int[] groups, List<int> sizes)
    {
        for (int first = 0; first < groups.Length; first += PairBatch.Rows)
        {
            List<int> rows = [], ids = [], groupSizes = [];
            List<bool> isAlone = [];
            for (int row = first; row < Math.Min(first + PairBatch.Rows, groups.Length); row++)
            {
                bool alone = groups[row] == 0;
                if (options.Join == MatchJoin.Left || alone == (options.Join == MatchJoin.Anti))
                {
                    rows.Add(row);
                    ids.Add(groups[row]);
                    groupSizes.Add(alone ? 0 : sizes[groups[row] - 1]);
                    isAlone.Add(alone);
                }
            }
            if (rows.Count > 0)
                yield return [DuckDbColumn.Of<int>(rows.ToArray()), DuckDbColumn.Of<int>(ids.ToArray(), isAlone.ToArray()), DuckDbColumn.Of<int>(groupSizes.ToArray(), isAlone.ToArray())];
        }
    }

    private string? GroupName(MatchSide side, bool isA) => question.GroupOf(isA) is not { } group ? null : SideNeeds.Own(group) ? group : side.Require(group).SqlName;
}
