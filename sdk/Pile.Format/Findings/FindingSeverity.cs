namespace Pile.Format;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; the dataset is valid.</summary>
    Warning,

    /// <summary>The dataset is invalid.</summary>
    Error,
}
