namespace Pile.CrossMatch;

/// <summary>What a search over all candidate pairs is for.</summary>
internal enum SearchPass
{
    /// <summary>To find the rows whose epochs must be read; times are not compared yet.</summary>
    Epochs,

    /// <summary>To find secure counterparts, whose magnitudes are compared with those of other rows.</summary>
    Magnitudes,

    /// <summary>For the result.</summary>
    Match
}
