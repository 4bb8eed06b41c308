namespace Pile.TestServices;

/// <summary>What a proxy does to one answer.</summary>
public sealed record Fault
{
    /// <summary>Answers this status itself, and asks nobody.</summary>
    public int? Status { get; init; }

    /// <summary>The body of <see cref="Status"/>.</summary>
    public string Body { get; init; } = "";

    /// <summary>Changes the answer's head.</summary>
    public Action<HttpHead>? Head { get; init; }

    /// <summary>Changes the body's bytes, given with their place in the body.</summary>
    public Action<Memory<byte>, long>? Bytes { get; init; }

    /// <summary>Drops the connection after so many bytes of the body.</summary>
    public long? CutAfter { get; init; }

    /// <summary>Falls silent after so many bytes of the body.</summary>
    public long? StallAfter { get; init; }

    /// <summary>Holds the answer back until this is done.</summary>
    public Task After { get; init; } = Task.CompletedTask;

    /// <summary>Waits before the answer.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Lets no more than so many bytes through in a second.</summary>
    public int? BytesPerSecond { get; init; }
}
