using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Matches two sides by position: exact at poles, at RA 0/360 and across every border, for any radius.</summary>
/// <remarks>Both sides' ids, positions and carried columns are held in memory: about 80 bytes a row and what is carried.
/// The same rows in any order, with any number of workers, give the same result.</remarks>
public static class CrossMatcher
{
    private const double WholeSkyArcsec = 180 * 3600;

    /// <summary>Finds the pairs of two sides.</summary>
    /// <exception cref="ArgumentException">The radius is no angle, or a column is missing.</exception>
    /// <exception cref="Format.PileException">A side cannot be read, or a position is out of range.</exception>
    public static async Task<MatchTable> MatchAsync(MatchSide a, MatchSide b, CrossMatchOptions options, CancellationToken cancellationToken = default)
    {
        if (!(options.RadiusArcsec is >= 0 and <= WholeSkyArcsec))
            throw new ArgumentException($"A radius lies between 0 and {WholeSkyArcsec} arcsec (180 degrees), not {options.RadiusArcsec}.", nameof(options));
        IReadOnlyList<string> columnsA = a.Resolve(options.ColumnsA), columnsB = b.Resolve(options.ColumnsB);

        LoadedSide loadedA = await LoadedSide.LoadAsync(a, columnsA, cancellationToken).ConfigureAwait(false);
        LoadedSide loadedB = await LoadedSide.LoadAsync(b, columnsB, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Match(loadedA, loadedB, options, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static MatchTable Match(LoadedSide a, LoadedSide b, CrossMatchOptions options, CancellationToken cancellationToken)
    {
        long done = 0, rowsOfA = a.Positions.Count;
        SkyMatchOptions search = new()
        {
            RadiusArcsec = options.RadiusArcsec,
            Workers = options.Workers,
            RowsDone = options.Progress is { } progress ? rows => progress.Report((Interlocked.Add(ref done, rows), rowsOfA)) : null,
        };
        bool isLeft = options.Join == MatchJoin.Left, nearestOnly = options.Find == MatchFind.Nearest;
        bool[] hasPartnerA = new bool[a.Order.Length], hasPartnerB = new bool[b.Order.Length];
        List<int> rowsA = [], rowsB = [];
        List<double> separationArcsec = [];
        int next = 0, pairs = 0;
        foreach (PairBlock block in new SkyMatcher().Match(a.Positions, b.Positions, search, cancellationToken))
            for (int i = 0; i < block.Count; i++)
            {
                int rowA = block.RowA[i], rowB = block.RowB[i];
                if (nearestOnly && next == rowA + 1)
                    continue;
                if (rowsA.Count >= Array.MaxLength - a.Order.Length)
                    throw new ArgumentException("The match has more rows than can be held in memory: choose a smaller radius, or fewer rows of either side.", nameof(options));
                AddAlone(rowA);
                hasPartnerA[rowA] = hasPartnerB[rowB] = true;
                next = rowA + 1;
                pairs++;
                Add(a.Order[rowA], b.Order[rowB], block.SeparationArcsec[i]);
            }
        AddAlone(a.Order.Length);

        MatchSummary summary = new(pairs, a.Order.Length, b.Order.Length, hasPartnerA.Count(h => !h), hasPartnerB.Count(h => !h), a.WithoutPosition + b.WithoutPosition);
        return new MatchTable(a, b, [.. rowsA], [.. rowsB], [.. separationArcsec], options.Join, summary);

        // Rows of A come in order; those passed over have no partner.
        void AddAlone(int end)
        {
            for (; isLeft && next < end; next++)
                Add(a.Order[next], -1, double.NaN);
        }

        void Add(int rowA, int rowB, double separation)
        {
            rowsA.Add(rowA);
            rowsB.Add(rowB);
            separationArcsec.Add(separation);
        }
    }
}
