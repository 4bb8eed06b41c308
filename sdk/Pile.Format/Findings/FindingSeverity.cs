namespace Pile.Format;

/// <summary>The severity of a finding.</summary>
public enum FindingSeverity
{
    /// <summary>The dataset is valid, but should be checked.</summary>
    Warning,

    /// <summary>The dataset is invalid.</summary>
    Error,
}
