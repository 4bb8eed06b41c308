using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;

namespace Pile.CrossMatch;

/// <summary>A match of several sides: each side after A is matched with A, and the lists of pairs are merged by row of A; or, for groups,
/// every two sides are matched, and pairs connect rows.</summary>
/// <remarks>Each side is opened once. Lists of pairs, 16 bytes for each pair, are kept in memory or in temporary files.</remarks>
internal sealed class ManyMatch : IDisposable
{
    private const int BatchRows = 8192;

    private readonly IReadOnlyList<MatchSide> sides;
    private readonly CrossMatchOptions options;
    private readonly ManyOptions each;
    private readonly MatchWorkspace work;
    private readonly List<MatchRun> runs = [];
    private readonly List<KeptPairs> pairs = [];
    private readonly List<PairCounts> counts = [];

    private ManyMatch(IReadOnlyList<MatchSide> sides, CrossMatchOptions options)
    {
        (this.sides, this.options, each) = (sides, options, new ManyOptions(sides, options));
        work = new MatchWorkspace(options.Workers, options.MemoryBytes, options.KeptBytes);
    }

    internal MatchWorkspace Work => work;

    private PreparedSide[] Prepared => [runs[0].A, .. runs.Take(sides.Count - 1).Select(r => r.B)];

    /// <summary>Checks the options and conditions without reading rows.</summary>
    internal static async Task CheckAsync(IReadOnlyList<MatchSide> sides, CrossMatchOptions options, CancellationToken cancellationToken)
    {
        using MatchWorkspace workspace = new(options.Workers, options.MemoryBytes);
        await CheckAsync(sides, options, workspace, cancellationToken).ConfigureAwait(false);
    }

    private static async Task CheckAsync(IReadOnlyList<MatchSide> sides, CrossMatchOptions options, MatchWorkspace workspace,
        CancellationToken cancellationToken)
    {
        ManyOptions checkedOptions = new(sides, options with { OnMessage = null });
        await checkedOptions.RequireOneEpochAsync(sides, cancellationToken).ConfigureAwait(false);
        for (int side = 1; side < sides.Count; side++)
        {
            MatchRequest request = await MatchRequest.OfAsync(sides[0], sides[side], checkedOptions.Of(0, side), workspace,
                cancellationToken).ConfigureAwait(false);
            await request.CheckAsync(workspace, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Matches into a Parquet file if plain Parquet supports the result, otherwise into memory.</summary>
    /// <returns>The summary if the file was written, otherwise the table.</returns>
    internal static async Task<(MatchSummary? Written, MatchTable? Table)> RunAsync(IReadOnlyList<MatchSide> sides,
        CrossMatchOptions options, string? parquetPath, bool overwrite, CancellationToken cancellationToken)
    {
        ManyMatch match = new(sides, options);
        try
        {
            await CheckAsync(sides, options, match.work, cancellationToken).ConfigureAwait(false);
            if (options.Find == MatchFind.Groups)
                return (null, await match.GroupAsync(cancellationToken).ConfigureAwait(false));
            await match.FindAsync(cancellationToken).ConfigureAwait(false);
            ManyColumns columns = ManyColumns.OfCombinations(match.Prepared[0], match.runs[0].Request.CarriedA, match.Prepared[1..],
                [.. match.runs.Select(r => r.Request.CarriedB)], options);
            if (parquetPath is null || !PairsFile.CanHold(columns.All))
                return (null, await match.ToTableAsync(columns, cancellationToken).ConfigureAwait(false));
            MatchSummary summary = await Task.Run(() => match.ToParquet(parquetPath, overwrite, columns, cancellationToken),
                cancellationToken)
                .ConfigureAwait(false);
            match.Dispose();
            match.work.Dispose();
            return (summary, null);
        }
        catch
        {
            match.Dispose();
            match.work.Dispose();
            throw;
        }
    }

    // The table of the result owns the workspace.
    public void Dispose()
    {
        foreach (MatchRun run in runs.AsEnumerable().Reverse())
            run.Dispose();
        runs.Clear();
    }

    private async Task FindAsync(CancellationToken cancellationToken)
    {
        for (int side = 1; side < sides.Count; side++)
        {
            MatchRun run = await OpenAsync(0, side, cancellationToken).ConfigureAwait(false);
            (KeptPairs found, PairCounts count) = await run.FindAsync(cancellationToken).ConfigureAwait(false);
            pairs.Add(found);
            counts.Add(count);
        }
    }

    // The sides of the first matches are those with A, so that every side is open before it is matched with a side after A.
    private async Task<MatchRun> OpenAsync(int sideA, int sideB, CancellationToken cancellationToken)
    {
        MatchRun run = await MatchRun.OpenAsync(sides[sideA], sides[sideB], each.Of(sideA, sideB), work,
            runs.Count == 0 ? null : Prepared[sideA], sideA == 0 ? null : Prepared[sideB], cancellationToken).ConfigureAwait(false);
        runs.Add(run);
        return run;
    }

    private async Task<MatchTable> GroupAsync(CancellationToken cancellationToken)
    {
        for (int side = 1; side < sides.Count; side++)
            await OpenAsync(0, side, cancellationToken).ConfigureAwait(false);
        PreparedSide[] prepared = Prepared;
        MemberGroups groups = new([.. prepared.Select(p => p.RowCount)]);
        long[] pairsTo = new long[sides.Count];
        for (int sideA = 0; sideA < sides.Count; sideA++)
            for (int sideB = sideA + 1; sideB < sides.Count; sideB++)
            {
                MatchRun run = sideA == 0 ? runs[sideB - 1] : await OpenAsync(sideA, sideB, cancellationToken).ConfigureAwait(false);
                (int a, int b) = (sideA, sideB);
                PairCounts count = await run.ForEachAsync(found => groups.Link(a, b, found), cancellationToken).ConfigureAwait(false);
                counts.Add(count);
                pairsTo[sideB] += count.Pairs;
            }
        await Task.Run(groups.Complete, cancellationToken).ConfigureAwait(false);
        ResultRows rows = options.LongLayout ? new MemberRows(prepared, groups, options.Workers, this)
            : new WideRows(ManyColumns.OfGroups(prepared, [runs[0].Request.CarriedA,
                .. runs.Take(sides.Count - 1).Select(r => r.Request.CarriedB)], groups, options.OnMessage), groups.Count,
                _ => Blocks(groups), options.Workers, this);
        MatchSummary summary = new(rows.Count, pairsTo.Sum(), prepared[0].Count, prepared[1].Count, Alone(0), Alone(1),
            prepared.Sum(p => p.WithoutPosition), groups.Count)
        {
            Sides = [.. Enumerable.Range(1, sides.Count - 1).Select(side => new SideCounts(ManyColumns.Letter(side), sides[side].Name,
                pairsTo[side], prepared[side].Count, Alone(side)))],
        };
        return Table(rows, summary);

        long Alone(int side) => prepared[side].Count - groups.RowsInGroups(side);
    }

    private static IEnumerable<BlockRows[]> Blocks(MemberGroups groups)
    {
        for (int first = 0; first < groups.Count || first == 0; first += BatchRows)
        {
            int start = first, count = Math.Min(BatchRows, groups.Count - first);
            int[] numbers = [.. Enumerable.Range(start, count)];
            yield return [.. Enumerable.Range(0, groups.SideCount).Select(side => new BlockRows(numbers,
                numbers.Select(group => groups.FirstOf(side, group)).ToArray(), new double[count], 0, count, mayLackA: false,
                    mayLackB: true))];
        }
    }

    private CombinedSearch Search() =>
        new([.. pairs], runs[0].A.Positions.Count, options.Join == MatchJoin.Left, runs[0].A.Selected);

    // With a left join, rows of A without a position are rows of the result.
    private int RowsA => options.Join == MatchJoin.Left ? runs[0].A.RowCount : runs[0].A.Positions.Count;

    private SkyMatchOptions OfRun => new() { RadiusArcsec = 0, Workers = options.Workers };

    private MatchSummary ToParquet(string path, bool overwrite, ManyColumns columns, CancellationToken cancellationToken)
    {
        MatchSummary? summary = null;
        bool mayLackB = options.Join == MatchJoin.Left;
        PairsOutput.Write(path, overwrite, columns.All, mayLackA: false, mayLackB, file =>
        {
            long rows = 0, matched = 0;
            new OrderedRun(Search(), RowsA, OfRun, found =>
            {
                Interlocked.Add(ref matched, MatchedRows(found));
                file.Prepare(found);
            }, found =>
            {
                rows += found.Count;
                file.Place(found);
            }, file.Write).Run(cancellationToken);
            foreach (MatchRun run in runs)
                run.RequireUnchanged();
            summary = Summary(rows, matched);
            return Record(summary);
        }, columns.SideOf);
        return summary!;
    }

    private async Task<MatchTable> ToTableAsync(ManyColumns columns, CancellationToken cancellationToken)
    {
        long rows = 0, matched = 0;
        await Task.Run(() => new OrderedRun(Search(), RowsA, OfRun, found => Interlocked.Add(ref matched, MatchedRows(found)),
            found => rows += found.Count, null).Run(cancellationToken), cancellationToken).ConfigureAwait(false);
        return Table(new WideRows(columns, rows, Combinations, options.Workers, this), Summary(rows, matched));
    }

    private IEnumerable<BlockRows[]> Combinations(CancellationToken cancellationToken)
    {
        bool mayLackB = options.Join == MatchJoin.Left, isFirst = true;
        IPairSearcher searcher = Search().CreateSearcher();
        for (int row = 0; row < RowsA;)
        {
            PairBuffer found = new() { FirstRowA = row }; // read on other threads while the next one is filled
            int end = Math.Min(RowsA, (row & -SortedPositions.ChunkRows) + SortedPositions.ChunkRows);
            row = searcher.Find(row, end, found, cancellationToken);
            for (int first = 0; first < found.Count; first += BatchRows)
            {
                isFirst = false;
                int count = Math.Min(BatchRows, found.Count - first), start = first;
                yield return [.. found.Sides.Select(s => new BlockRows(found.RowA, s.Row, s.SeparationArcsec, start, count, false,
                    mayLackB))];
            }
        }
        if (isFirst)
            yield return [.. pairs.Select(_ => new BlockRows(default, default, default, 0, 0, false, mayLackB))];
    }

    // The number of different rows of A with a partner in a block.
    private static long MatchedRows(PairBuffer found)
    {
        long matched = 0;
        for (int i = 0; i < found.Count; i++)
        {
            if (i > 0 && found.RowA[i] == found.RowA[i - 1])
                continue;
            foreach (SideRows side in found.Sides)
                if (side.Row[i] >= 0)
                {
                    matched++;
                    break;
                }
        }
        return matched;
    }

    private MatchSummary Summary(long rows, long matched)
    {
        PreparedSide[] prepared = Prepared;
        return new MatchSummary(rows, counts.Sum(c => c.Pairs), prepared[0].Count, prepared[1].Count, prepared[0].Count - matched,
            prepared[1].Count - counts[0].RowsBInPairs, prepared.Sum(p => p.WithoutPosition))
        {
            Sides = [.. counts.Select((c, i) => new SideCounts(ManyColumns.Letter(i + 1), sides[i + 1].Name, c.Pairs, prepared[i + 1].Count,
                prepared[i + 1].Count - c.RowsBInPairs))],
        };
    }

    private MatchTable Table(ResultRows rows, MatchSummary summary) => new(work, rows, summary, counts[0].Density(), [.. Record(summary)]);

    private IReadOnlyList<KeyValuePair<string, string>> Record(MatchSummary summary)
    {
        MatchRecord record = runs[0].RecordOf(summary, counts[0].Density(), options);
        for (int side = 2; side < sides.Count; side++)
            record.AddSide(ManyColumns.Letter(side).ToString(), runs[side - 1].IdentityB);
        foreach (SideCounts side in summary.Sides)
        {
            record.Add($"pile.match.{side.Letter}.pairs", FormattableString.Invariant($"{side.Pairs}"));
            record.Add($"pile.match.{side.Letter}.rows", FormattableString.Invariant($"{side.Rows}"));
        }
        record.Add("pile.match.layout", options.Find != MatchFind.Groups ? null : options.LongLayout ? "long" : "wide");
        return record.Entries;
    }
}
