namespace Pile.Storage;

/// <summary>An attempt failed in a way that another attempt may not; never leaves the room.</summary>
/// <param name="fault">What it is if the last attempt ends so.</param>
/// <param name="finding">What happened.</param>
/// <param name="retryAfter">How long the store wants to be left alone; null when it does not say.</param>
/// <param name="inner">What the system said.</param>
internal sealed class TransientException(StoreFault fault, string finding, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(finding, inner)
{
    internal StoreFault Fault { get; } = fault;

    internal TimeSpan? RetryAfter { get; } = retryAfter;
}
