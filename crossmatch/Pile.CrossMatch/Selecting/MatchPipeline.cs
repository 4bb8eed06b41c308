using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>One match as a pipeline over blocks of pairs: candidates, conditions, choice, join, sink.</summary>
/// <remarks>One of several threads finds, filters and prepares each block. Blocks are located in order, and written by any thread. If the
/// choice depends on all pairs, a second search runs over the stored choice: one-to-one with 16 bytes per row, pairs of a self match with
/// 16 bytes per pair.</remarks>
internal sealed class MatchPipeline
{
    internal required SortedPositions A { get; init; }

    internal required SortedPositions B { get; init; }

    /// <summary>The total number of rows of A, including those without a position, which are last.</summary>
    internal int RowsA { get => field == 0 ? A.Count : field; init; }

    /// <summary>The total number of rows of B, including those without a position, which are last.</summary>
    internal int RowsB { get => field == 0 ? B.Count : field; init; }

    internal required SkyMatchOptions Search { get; init; }

    /// <summary>Pairs of rows with large errors that the search does not find with its radius; null without any.</summary>
    internal WidePairs? Wide { get; init; }

    /// <summary>The selected rows of A; null for all.</summary>
    internal RowSet? SelectedA { get; init; }

    /// <summary>The selected rows of B; null for all.</summary>
    internal RowSet? SelectedB { get; init; }

    /// <summary>Conditions on a pair in addition to the radius; null without conditions.</summary>
    internal PairFilters? Filters { get; init; }

    internal SelfPairs Self { get; init; }

    /// <summary>True if two rows of one side may meet the conditions in one order, and not in the other.</summary>
    internal bool IsEitherWay { get; init; }

    internal MatchFind Find { get; init; }

    internal int Neighbours { get; init; } = 1;

    /// <summary>The choice of one partner for each row of A by time; null for other finds.</summary>
    internal TimeChoice? InTime { get; init; }

    internal MatchJoin Join { get; init; }

    /// <summary>Creates the choice of one-to-one partners; null for other finds.</summary>
    internal Func<OneToOneChoice>? OneToOne { get; init; }

    /// <summary>Pairs that are given instead of searched; null to search.</summary>
    internal IPairSearch? Listed { get; init; }

    /// <summary>A custom matcher; null for the default search.</summary>
    internal ISkyMatcher? Matcher { get; init; }

    /// <summary>The largest distance in metres, if the positions are on the earth; null on the sky.</summary>
    internal double? EarthRadiusM { get; init; }

    /// <summary>Counts what the certificate states about pairs; null to count nothing.</summary>
    internal PairFacts? Facts { get; init; }

    /// <summary>Pairs that meet all conditions, found by tasks, to use instead of a search; null to search.</summary>
    internal KeptPairs? Found { get; init; }

    /// <summary>The workspace in which pairs are stored; null if no pairs are stored.</summary>
    internal MatchWorkspace? Work { get; init; }

    private bool HasSelf => Self != SelfPairs.None;

    /// <summary>Runs the match.</summary>
    /// <param name="sink">Receives the rows of the result.</param>
    /// <param name="cancellationToken">Cancels the match.</param>
    /// <returns>The counts.</returns>
    internal PairCounts Run(IPairSink sink, CancellationToken cancellationToken)
    {
        (IPairSearch source, PairFilters? filters) = Candidates(cancellationToken);
        PairCounts counts = new(A, RowsB, Self);
        RowSet? inPair = null;
        if (HasSelf && Self == SelfPairs.Once && Join != MatchJoin.Inner)
        {
            // A row may be the B of a pair whose A is later, and then has a partner.
            source = Keep(source, filters, cancellationToken);
            PairCounts marks = new(A, RowsB, Self);
            Pass(source, null, marks.Mark, cancellationToken);
            (filters, inPair) = (null, marks.InPair);
        }
        using JoinedRows joined = new(Join, SelectedA, inPair);
        bool isNearest = Find == MatchFind.Nearest;
        Pass(source, filters, pairs =>
        {
            if (isNearest)
                KeepNearest(pairs, Neighbours);
            InTime?.Apply(pairs);
            counts.Add(pairs);
            Facts?.Add(pairs);
            joined.Apply(pairs);
            sink.Prepare(pairs);
        }, cancellationToken, sink.Place, pairs =>
        {
            sink.Write(pairs);
            // Unlike a search, a choice or stored pairs do not read positions, but the columns of the result do.
            A.ReleaseBehind(pairs.RowA.AsSpan(0, pairs.Count));
            B.ReleaseBehind(pairs.RowB.AsSpan(0, pairs.Count));
        });
        joined.SendAloneA(A.Count, RowsA, sink, cancellationToken);
        if (!HasSelf)
            joined.SendAloneB(RowsB, SelectedB, counts.InPair, sink, cancellationToken);
        return counts;
    }

    /// <summary>Marks the rows of all pairs that meet the conditions, before any choice.</summary>
    internal void Mark(RowSet a, RowSet b, CancellationToken cancellationToken) =>
        Pass(FindAll(cancellationToken), Filters, _ => { }, cancellationToken, pairs =>
        {
            for (int i = 0; i < pairs.Count; i++)
            {
                a.Add(pairs.RowA[i]);
                b.Add(pairs.RowB[i]);
            }
        });

    /// <summary>Finds the pairs of a share of A that meet all conditions, of which the choice is a part.</summary>
    internal void Collect(IPairSink sink, CancellationToken cancellationToken)
    {
        bool isNearest = Find == MatchFind.Nearest;
        Pass(FindAll(cancellationToken), Filters, pairs =>
        {
            if (isNearest)
                KeepNearest(pairs, Neighbours);
            sink.Prepare(pairs);
        }, cancellationToken, sink.Place, sink.Write);
    }

    /// <summary>Passes all pairs to an action, block by block in the order of A.</summary>
    internal PairCounts ForEach(Action<PairBuffer> each, CancellationToken cancellationToken)
    {
        (IPairSearch source, PairFilters? filters) = Candidates(cancellationToken);
        PairCounts counts = new(A, RowsB, Self);
        Pass(source, filters, counts.Add, cancellationToken, each);
        return counts;
    }

    /// <summary>Finds the groups that pairs link.</summary>
    internal LinkedGroups Link(CancellationToken cancellationToken)
    {
        (IPairSearch source, PairFilters? filters) = Candidates(cancellationToken);
        PairCounts counts = new(A, RowsB, Self);
        FriendGroups friends = new(A.Count);
        Pass(source, filters, found =>
        {
            counts.Add(found);
            Facts?.Add(found);
        }, cancellationToken, pairs =>
        {
            for (int i = 0; i < pairs.Count; i++)
                friends.Link(pairs.RowA[i], pairs.RowB[i]);
        });
        (int[] groups, List<int> sizes) = friends.Number();
        return new LinkedGroups(groups, sizes, counts);
    }

    /// <summary>Returns the source of pairs, with the filters that must still be applied.</summary>
    private (IPairSearch Source, PairFilters? Filters) Candidates(CancellationToken cancellationToken)
    {
        IPairSearch source = FindAll(cancellationToken);
        PairFilters? filters = Filters;
        if (IsEitherWay && Self == SelfPairs.Once)
        {
            source = Keep(source, filters, cancellationToken).Once();
            filters = null;
        }
        if (OneToOne is not null)
        {
            OneToOneChoice choice = OneToOne();
            if (choice.IsParallel)
                Pass(source, filters, choice.Add, cancellationToken);
            else
                Pass(source, filters, _ => { }, cancellationToken, choice.Add);
            choice.Complete();
            (source, filters) = (choice, null);
        }
        return (source, filters);
    }

    private IPairSearch FindAll(CancellationToken cancellationToken)
    {
        if (Found is not null)
            return Found;
        IPairSearch source = Listed ?? (Matcher is null
            ? SkyMatcher.Prepare(A, B, Search with { SelectedA = SelectedA, SelectedB = SelectedB }, cancellationToken)
            : KeptPairs.Of(Matcher.Match(A, B, Search, cancellationToken), Work));
        if (Wide is not null)
            source = Wide.With(source);
        if (EarthRadiusM is { } radiusM)
            source = new GeodesicSearch(source, A, B, radiusM);
        return SelectedA is null ? source : new SelectedSearch(source, SelectedA);
    }

    private KeptPairs Keep(IPairSearch source, PairFilters? filters, CancellationToken cancellationToken)
    {
        KeptPairs kept = new(Work);
        Pass(source, filters, _ => { }, cancellationToken, kept.Place);
        return kept;
    }

    private void Pass(IPairSearch source, PairFilters? filters, Action<PairBuffer> whenFound, CancellationToken cancellationToken,
        Action<PairBuffer>? inTurn = null, Action<PairBuffer>? afterwards = null) =>
        new OrderedRun(source, A.Count, Search, found =>
        {
            filters?.Apply(found);
            whenFound(found);
        }, inTurn ?? (_ => { }), afterwards ?? (_ => { })).Run(cancellationToken);

    // The first partners of each row of a are its nearest.
    private static void KeepNearest(PairBuffer pairs, int neighbours)
    {
        int kept = 0, row = -1, taken = 0;
        for (int i = 0; i < pairs.Count; i++)
        {
            taken = pairs.RowA[i] == row ? taken + 1 : 1;
            row = pairs.RowA[i];
            if (taken > neighbours)
                continue;
            (pairs.RowA[kept], pairs.RowB[kept], pairs.SeparationArcsec[kept]) = (pairs.RowA[i], pairs.RowB[i], pairs.SeparationArcsec[i]);
            kept++;
        }
        pairs.Count = kept;
    }

    // Skips chunks without selected rows.
    private sealed class SelectedSearch(IPairSearch search, RowSet selected) : IPairSearch
    {
        public IPairSearcher CreateSearcher() => new Searcher(search.CreateSearcher(), selected);

        private sealed class Searcher(IPairSearcher searcher, RowSet selected) : IPairSearcher
        {
            public int Find(int firstRow, int endRow, PairBuffer pairs, CancellationToken cancellationToken) =>
                selected.Any(firstRow, endRow) ? searcher.Find(firstRow, endRow, pairs, cancellationToken) : endRow;
        }
    }
}
