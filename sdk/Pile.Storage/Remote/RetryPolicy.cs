using Polly;
using Polly.Retry;

namespace Pile.Storage;

/// <summary>Retries transient failures, with exponential backoff and jitter, or with the delay that the store requests.</summary>
internal static class RetryPolicy
{
    // A store may request a delay of an hour, which is too long for reading a row.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    internal static ResiliencePipeline Create(StoreOptions options, StoreCounters counters) => options.Attempts <= 1
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
