namespace Pile.CrossMatch;

/// <summary>Which of the pairs within the radius, and within every other condition, count.</summary>
public enum MatchFind
{
    /// <summary>Every pair.</summary>
    All,

    /// <summary>For each row of A its nearest of B, as astropy's <c>match_to_catalog_sky</c> and STILTS' <c>best1</c>;
    /// <see cref="CrossMatchOptions.Neighbours"/> of them.</summary>
    Nearest,

    /// <summary>Symmetric best, as STILTS' <c>best</c>: each row of the side with more rows keeps its nearest alone; of those that keep one
    /// and the same row, the closest has it.
    /// So every row is in one pair at most, and a row whose nearest is taken stays alone. Pairs equally close count in the order of the
    /// rows.</summary>
    OneToOne,

    /// <summary>Of a side with itself: rows that pairs link, directly or through others (friends of friends; STILTS <c>tmatch1</c>), each
    /// with the number of its group.</summary>
    Groups,
}
