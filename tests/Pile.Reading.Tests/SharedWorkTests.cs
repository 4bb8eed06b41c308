namespace Pile.Reading.Tests;

/// <summary>Work that several reads of a dataset share ends with the dataset, not with one of them.</summary>
public sealed class SharedWorkTests(HandMadeDataset made) : IClassFixture<HandMadeDataset>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disposing_a_dataset_cancels_the_work_and_waits_for_its_end()
    {
        Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool hasEnded = false;
        Task<int> work = dataset.BeginShared(async token =>
        {
            begun.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                await Task.Yield();
                Volatile.Write(ref hasEnded, true);
            }
            return 1;
        });
        await begun.Task.WaitAsync(Token);
        await dataset.DisposeAsync();
        Assert.True(Volatile.Read(ref hasEnded));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        Assert.Throws<ObjectDisposedException>(() => { _ = dataset.BeginShared(_ => Task.FromResult(1)); });
        await dataset.DisposeAsync(); // does nothing
    }
}
