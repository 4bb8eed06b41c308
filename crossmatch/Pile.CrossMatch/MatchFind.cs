namespace Pile.CrossMatch;

/// <summary>Which partners within the radius count.</summary>
public enum MatchFind
{
    /// <summary>Every pair.</summary>
    All,

    /// <summary>For each row of A its nearest of B, as astropy's <c>match_to_catalog_sky</c> and STILTS' <c>best1</c>.</summary>
    Nearest,
}
