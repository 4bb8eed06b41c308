namespace Pile.TestServices;

/// <summary>The changes that a proxy makes to one response.</summary>
public sealed record Fault
{
    /// <summary>The status of a response that the proxy sends itself, without a request to the server.</summary>
    public int? Status { get; init; }

    /// <summary>The body of <see cref="Status"/>.</summary>
    public string Body { get; init; } = "";

    /// <summary>Changes the head of the response.</summary>
    public Action<HttpHead>? Head { get; init; }

    /// <summary>Changes bytes of the body, given with their offset in the body.</summary>
    public Action<Memory<byte>, long>? Bytes { get; init; }

    /// <summary>The number of bytes of the body after which the connection is dropped.</summary>
    public long? CutAfter { get; init; }

    /// <summary>The number of bytes of the body after which no more bytes are sent.</summary>
    public long? StallAfter { get; init; }

    /// <summary>A task that must complete before the response is sent.</summary>
    public Task After { get; init; } = Task.CompletedTask;

    /// <summary>The delay before the response.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The maximum number of bytes per second.</summary>
    public int? BytesPerSecond { get; init; }
}
