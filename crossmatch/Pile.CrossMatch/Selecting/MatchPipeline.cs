using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>One match as a pipeline over blocks of pairs: candidates, conditions, choice, join, sink.</summary>
/// <remarks>Each block is found, filtered and prepared by one of several threads, placed in order, and written by any thread. What can be
/// chosen only when all pairs are known is searched again after that:
/// the best of one-to-one out of 16 bytes a row, pairs of a side with itself out of 16 bytes a pair.</remarks>
internal sealed class MatchPipeline
{
    internal required SortedPositions A { get; init; }

    internal required SortedPositions B { get; init; }

    /// <summary>Rows of A in all, those without a position included, which come last.</summary>
    internal int RowsA { get => field == 0 ? A.Count : field; init; }

    /// <summary>The same of B.</summary>
    internal int RowsB { get => field == 0 ? B.Count : field; init; }

    internal required SkyMatchOptions Search { get; init; }

    /// <summary>The rows of A that take part; null for all.</summary>
    internal RowSet? SelectedA { get; init; }

    /// <summary>The rows of B that take part; null for all.</summary>
    internal RowSet? SelectedB { get; init; }

    /// <summary>Conditions on a pair; null for none but the radius.</summary>
    internal PairFilters? Filters { get; init; }

    internal SelfPairs Self { get; init; }

    /// <summary>Whether two rows of one side might meet the conditions one way round, and not the other.</summary>
    internal bool IsEitherWay { get; init; }

    internal MatchFind Find { get; init; }

    internal int Neighbours { get; init; } = 1;

    internal MatchJoin Join { get; init; }

    /// <summary>Decides one-to-one; null where it is not asked for.</summary>
    internal Func<OneToOneChoice>? OneToOne { get; init; }

    /// <summary>What finds pairs instead of Pile's own search; null for that.</summary>
    internal ISkyMatcher? Matcher { get; init; }

    /// <summary>Where pairs are kept; null where none are.</summary>
    internal MatchWorkspace? Work { get; init; }

    private bool HasSelf => Self != SelfPairs.None;

    /// <summary>Runs the match.</summary>
    /// <param name="sink">Receives the rows of the result.</param>
    /// <param name="cancellationToken">Stops the match.</param>
    /// <returns>The counts.</returns>
    internal PairCounts Run(IPairSink sink, CancellationToken cancellationToken)
    {
        (IPairSearch source, PairFilters? filters) = Candidates(cancellationToken);
        PairCounts counts = new(A, RowsB, Self);
        RowSet? inPair = null;
        if (HasSelf && Self == SelfPairs.Once && Join != MatchJoin.Inner)
        {
            // A row may be the B of a pair whose A comes later: it is not alone.
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
            counts.Add(pairs);
            joined.Apply(pairs);
            sink.Prepare(pairs);
        }, cancellationToken, sink.Place, pairs =>
        {
            sink.Write(pairs);
            // A choice or kept pairs do not read positions as a search does; the columns of the result do.
            A.ReleaseBehind(pairs.RowA.AsSpan(0, pairs.Count));
            B.ReleaseBehind(pairs.RowB.AsSpan(0, pairs.Count));
        });
        joined.SendAloneA(A.Count, RowsA, sink, cancellationToken);
        if (!HasSelf)
            joined.SendAloneB(RowsB, SelectedB, counts.InPair, sink, cancellationToken);
        return counts;
    }

    /// <summary>Finds the groups that pairs link.</summary>
    /// <returns>The group of each row, from 1, 0 for none; the size of each group; and the counts.</returns>
    internal (int[] GroupOfRow, List<int> Sizes, PairCounts Counts) Link(CancellationToken cancellationToken)
    {
        (IPairSearch source, PairFilters? filters) = Candidates(cancellationToken);
        PairCounts counts = new(A, RowsB, Self);
        FriendGroups friends = new(A.Count);
        Pass(source, filters, counts.Add, cancellationToken, pairs =>
        {
            for (int i = 0; i < pairs.Count; i++)
                friends.Link(pairs.RowA[i], pairs.RowB[i]);
        });
        (int[] groups, List<int> sizes) = friends.Number();
        return (groups, sizes, counts);
    }

    /// <summary>The pairs that meet all conditions, where these are still to be applied with their filters.</summary>
    private (IPairSearch Source, PairFilters? Filters) Candidates(CancellationToken cancellationToken)
    {
        IPairSearch source = Matcher is null ? SkyMatcher.Prepare(A, B, Search, cancellationToken)
            : KeptPairs.Of(Matcher.Match(A, B, Search, cancellationToken), Work);
        if (SelectedA is not null)
            source = new SelectedSearch(source, SelectedA);
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

    // Passes over chunks without a row that takes part.
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
