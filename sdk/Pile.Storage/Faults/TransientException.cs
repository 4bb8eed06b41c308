namespace Pile.Storage;

/// <summary>An attempt failed in a way that a retry may resolve. Never leaves this project.</summary>
/// <param name="fault">The kind of failure to report if the last attempt fails.</param>
/// <param name="finding">What happened.</param>
/// <param name="retryAfter">The delay that the store requests; null if it sends none.</param>
/// <param name="inner">The exception of the system.</param>
internal sealed class TransientException(StoreFault fault, string finding, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(finding, inner)
{
    internal StoreFault Fault { get; } = fault;

    internal TimeSpan? RetryAfter { get; } = retryAfter;
}
