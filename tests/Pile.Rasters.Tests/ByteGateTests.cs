using Pile.Format;

namespace Pile.Rasters.Tests;

/// <summary>The limit of bytes in work.</summary>
public sealed class ByteGateTests
{
    [Fact]
    public async Task Bytes_are_granted_in_the_order_of_the_requests()
    {
        ByteGate gate = new(10);
        Assert.True(gate.TryTake(8));
        Task first = gate.TakeAsync(5, "x", TestContext.Current.CancellationToken).AsTask();
        Task second = gate.TakeAsync(1, "x", TestContext.Current.CancellationToken).AsTask();
        Assert.False(first.IsCompleted);
        Assert.False(second.IsCompleted); // would fit, but came later
        Assert.False(gate.TryTake(1));
        gate.Release(8);
        await Task.WhenAll(first, second);
        Assert.True(gate.TryTake(4));
        Assert.False(gate.TryTake(1));
    }

    [Fact]
    public async Task A_cancelled_request_takes_nothing_and_lets_later_ones_pass()
    {
        ByteGate gate = new(10);
        Assert.True(gate.TryTake(8));
        using CancellationTokenSource source = new();
        Task first = gate.TakeAsync(5, "x", source.Token).AsTask();
        Task second = gate.TakeAsync(2, "x", TestContext.Current.CancellationToken).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await second;
        gate.Release(10);
        Assert.True(gate.TryTake(10));
    }

    [Fact]
    public async Task More_than_the_limit_is_an_error_that_states_the_budget()
    {
        MemoryLimitException error = await Assert.ThrowsAsync<MemoryLimitException>(async () =>
            await new ByteGate(10).TakeAsync(11, "a.tif", TestContext.Current.CancellationToken));
        Assert.Contains("at least 33 bytes", error.Message, StringComparison.Ordinal);
    }
}
