namespace Pile.CrossMatch;

/// <summary>Which of the pairs that meet the radius and all other conditions a match finds.</summary>
public enum MatchFind
{
    /// <summary>Every pair.</summary>
    All,

    /// <summary>For each row of A its nearest <see cref="CrossMatchOptions.Neighbours"/> rows of B, like astropy's
    /// <c>match_to_catalog_sky</c> and STILTS' <c>best1</c>.</summary>
    Nearest,

    /// <summary>Symmetric best, like STILTS' <c>best</c>: every row is in at most one pair.</summary>
    /// <remarks>Each row of the side with more rows selects its nearest row. If several rows select the same row, the closest is its
    /// partner and the others have no partner. Equal separations are decided by the ids.</remarks>
    OneToOne,

    /// <summary>In a self match: groups of rows that pairs link directly or through other rows (friends of friends; STILTS
    /// <c>tmatch1</c>).</summary>
    Groups,

    /// <summary>For each row of A the row of B within the radius that is nearest in time, like pandas' <c>merge_asof</c> with
    /// <c>direction='nearest'</c>. Of two at the same distance the earlier one, of equal times the nearest in position.</summary>
    NearestInTime,

    /// <summary>For each row of A the last row of B within the radius at or before its time (<c>merge_asof</c>,
    /// <c>direction='backward'</c>).</summary>
    LastBefore,

    /// <summary>For each row of A the first row of B within the radius at or after its time (<c>merge_asof</c>,
    /// <c>direction='forward'</c>).</summary>
    FirstAfter,
}
