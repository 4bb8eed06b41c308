namespace Pile.Tables;

/// <summary>How a table is written.</summary>
public sealed record TableWriteOptions
{
    /// <summary>Replaces a file that is there already; else that is an error.</summary>
    public bool Overwrite { get; init; }

    /// <summary>What the table says of itself as a whole: provenance, frame; null for nothing.</summary>
    internal TableAbout? About { get; init; }
}
