namespace Pile.Publishing;

/// <summary>The steps of a copy.</summary>
public enum CopyPhase
{
    /// <summary>The rows of a part are read and written as a dataset of their own.</summary>
    Select,

    /// <summary>What an interrupted copy left is checked.</summary>
    Check,

    /// <summary>Files are copied.</summary>
    Copy,
}
