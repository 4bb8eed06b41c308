using Polly;
using Polly.Retry;

namespace Pile.Storage;

/// <summary>Retries transient failures, with exponential backoff and jitter, or with the delay that the store requests.</summary>
internal sealed class RetryPolicy(StoreOptions options, StoreCounters counters)
{
    // A store may request a delay of an hour, which is too long for reading a row.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    // Made after the first failure: Polly checks its options by reflection, which takes as long as requests to a store nearby.
    private readonly Lazy<ResiliencePipeline> retries = new(() => Create(options, counters));

    /// <summary>Runs an operation, and again while it fails transiently.</summary>
    /// <exception cref="TransientException">All attempts failed.</exception>
    internal async ValueTask RunAsync(Func<CancellationToken, ValueTask> attempt, CancellationToken cancellationToken)
    {
        TransientException? first;
        try
        {
            await attempt(cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (TransientException e)
        {
            first = e;
        }
        // No state of a value type, for which a process that just started would compile the strategies anew.
        await retries.Value.ExecuteAsync(token => Interlocked.Exchange(ref first, null) is { } failed
            ? ValueTask.FromException(failed) : attempt(token), cancellationToken).ConfigureAwait(false);
    }

    private static ResiliencePipeline Create(StoreOptions options, StoreCounters counters) => options.Attempts <= 1
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = static arguments => new ValueTask<bool>(arguments.Outcome.Exception is TransientException),
            MaxRetryAttempts = options.Attempts - 1,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.RetryDelay,
            MaxDelay = LongestWait,
            DelayGenerator = static arguments => new ValueTask<TimeSpan?>(
                (arguments.Outcome.Exception as TransientException)?.RetryAfter is { } asked
                    ? (asked < LongestWait ? asked : LongestWait) : null),
            OnRetry = _ =>
            {
                counters.Retry();
                return default;
            },
        }).Build();
}
