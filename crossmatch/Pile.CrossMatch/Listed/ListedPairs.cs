using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.CrossMatch.Matching;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Finds the rows of pairs that are given by their ids, and their separations.</summary>
internal static class ListedPairs
{
    /// <summary>Rejects options that contradict listed pairs.</summary>
    /// <exception cref="ArgumentException">The match is of one side, or has a custom matcher.</exception>
    internal static void Check(CrossMatchOptions options, bool isSelf)
    {
        if (options.Pairs is null)
        {
            if (options.AllowMissingPairs)
                throw new ArgumentException("CrossMatchOptions.AllowMissingPairs requires CrossMatchOptions.Pairs.", nameof(options));
            return;
        }
        if (isSelf || options.Matcher is not null)
            throw new ArgumentException("CrossMatchOptions.Pairs are pairs of two sides. To join rows of one catalogue, give it as both.",
                nameof(options));
    }

    /// <summary>Returns the pairs in the order of a search.</summary>
    /// <param name="options">The options with the pairs.</param>
    /// <param name="a">Side A.</param>
    /// <param name="b">Side B.</param>
    /// <param name="work">The workspace in which pairs are stored.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="ArgumentException">A side has no row with an id, and <see cref="CrossMatchOptions.AllowMissingPairs"/> is
    /// false; or it has several.</exception>
    internal static KeptPairs Find(CrossMatchOptions options, PreparedSide a, PreparedSide b, MatchWorkspace work,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<KeyValuePair<ObjectId, ObjectId>> pairs = options.Pairs!;
        Dictionary<ObjectId, int> rowsA = RowsOf(a, "A", pairs.Select(p => p.Key), cancellationToken),
            rowsB = RowsOf(b, "B", pairs.Select(p => p.Value), cancellationToken);
        List<(int A, int B, double Arcsec)> found = new(pairs.Count);
        (long withoutA, long withoutB, ObjectId? firstA, ObjectId? firstB) = (0, 0, null, null);
        foreach ((ObjectId idA, ObjectId idB) in pairs)
        {
            (int rowA, int rowB) = (rowsA[idA], rowsB[idB]);
            (withoutA, firstA) = rowA < 0 ? (withoutA + 1, firstA ?? idA) : (withoutA, firstA);
            (withoutB, firstB) = rowB < 0 ? (withoutB + 1, firstB ?? idB) : (withoutB, firstB);
            if (rowA < 0 || rowB < 0)
                continue;
            double arcsec = Separation.Arcsec(RaOf(a, rowA), DecOf(a, rowA), RaOf(b, rowB), DecOf(b, rowB));
            if (!(arcsec > options.RadiusArcsec))
                found.Add((rowA, rowB, arcsec));
        }
        foreach ((long missing, ObjectId? first, PreparedSide side, string letter) in
            new[] { (withoutA, firstA, a, "A"), (withoutB, firstB, b, "B") })
        {
            if (missing == 0)
                continue;
            string finding = string.Create(CultureInfo.InvariantCulture, $"{missing:N0} of "
                + $"{CountText.Of(pairs.Count, "listed pair")} {(missing == 1 ? "has" : "have")} an id that no row of {letter} with a "
                + $"position has, the first is {first}");
            if (!options.AllowMissingPairs)
                throw new ArgumentException($"{side.Side.Name}: {finding}. Check that the pairs are of these catalogues, or set "
                    + "CrossMatchOptions.AllowMissingPairs to leave such pairs out.");
            options.OnMessage?.Invoke(finding);
        }
        (int A, int B, double Arcsec)[] distinct = [.. found.Distinct().OrderBy(p => p.A).ThenBy(p => p.Arcsec).ThenBy(p => p.B)];
        if (distinct.Length < found.Count)
            options.OnMessage?.Invoke(string.Create(CultureInfo.InvariantCulture,
                $"{found.Count - distinct.Length:N0} listed pairs are duplicates of others"));
        return KeptPairs.Of(Blocks(distinct, a.Positions.Count), work);
    }

    private static IEnumerable<PairBlock> Blocks((int A, int B, double Arcsec)[] pairs, int rowsA)
    {
        int next = 0;
        for (int first = 0; first < rowsA; first += SortedPositions.ChunkRows)
        {
            int end = Math.Min(first + SortedPositions.ChunkRows, rowsA), begin = next;
            while (next < pairs.Length && pairs[next].A < end)
                next++;
            (int A, int B, double Arcsec)[] block = pairs[begin..next];
            yield return new PairBlock(block.Select(p => p.A).ToArray(), block.Select(p => p.B).ToArray(),
                block.Select(p => p.Arcsec).ToArray(), first, end);
        }
    }

    // Returns the row of each id, or -1. The ids of a foreign catalogue may be those of objects with several rows.
    private static Dictionary<ObjectId, int> RowsOf(PreparedSide side, string letter, IEnumerable<ObjectId> ids,
        CancellationToken cancellationToken)
    {
        Dictionary<ObjectId, int> rows = [];
        foreach (ObjectId id in ids)
            rows[id] = -1;
        for (int row = 0; row < side.Ids.Count && rows.Count > 0; row++)
        {
            if (row % SortedPositions.ChunkRows == 0)
                cancellationToken.ThrowIfCancellationRequested();
            ref int known = ref CollectionsMarshal.GetValueRefOrNullRef(rows, side.Ids.Of(row));
            if (Unsafe.IsNullRef(ref known))
                continue;
            if (known >= 0)
                throw new ArgumentException($"{side.Side.Name}: several rows of {letter} have the listed id {side.Ids.Of(row)}, so that a "
                    + "pair does not say which row it is of. Name a column of ids that identify rows.");
            known = row;
        }
        return rows;
    }

    private static double RaOf(PreparedSide side, int row) =>
        side.Positions.RaDeg(row >> SortedPositions.ChunkShift)[row & (SortedPositions.ChunkRows - 1)];

    private static double DecOf(PreparedSide side, int row) =>
        side.Positions.DecDeg(row >> SortedPositions.ChunkShift)[row & (SortedPositions.ChunkRows - 1)];
}
