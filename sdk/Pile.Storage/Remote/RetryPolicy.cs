using Polly;
using Polly.Retry;

namespace Pile.Storage;

/// <summary>Sends again what failed in passing: waits that double, with jitter, or as long as the store asks for.</summary>
internal static class RetryPolicy
{
    // A store may ask to be left alone for an hour; nobody waits that long for a row.
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
