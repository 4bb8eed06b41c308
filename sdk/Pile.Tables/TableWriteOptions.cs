namespace Pile.Tables;

/// <summary>Options for writing a table.</summary>
public sealed record TableWriteOptions
{
    /// <summary>Replaces an existing file; otherwise an existing file is an error.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The name of the table in messages, if its file is renamed later; null for its path.</summary>
    internal string? NameInMessages { get; init; }

    /// <summary>Receives a message if the format cannot store a part of the metadata; null for no messages.</summary>
    internal Action<string>? OnMessage { get; init; }

    /// <summary>The metadata of the table as a whole: provenance, frame; null for none.</summary>
    internal TableAbout? About { get; init; }
}
