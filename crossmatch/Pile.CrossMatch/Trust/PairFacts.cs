using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>What a certificate states about pairs in addition to their number, counted while they are found. Thread-safe.</summary>
/// <param name="Offsets">Offsets of some pairs.</param>
/// <param name="Separations">Counts by separation; null if they are not requested.</param>
/// <param name="MatchedA">Receives the rows of A in pairs; null if they are not requested.</param>
internal sealed record PairFacts(OffsetSample Offsets, SeparationCounts? Separations, RowSet? MatchedA)
{
    internal void Add(PairBuffer pairs)
    {
        if (pairs.Count == 0)
            return;
        Offsets.Add(pairs);
        Separations?.Add(pairs);
        if (MatchedA is not null)
            foreach (int row in pairs.RowA.AsSpan(0, pairs.Count))
                Interlocked.Or(ref MatchedA.Bits[row >> 6], 1UL << row);
    }
}
