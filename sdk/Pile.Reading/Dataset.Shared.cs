namespace Pile.Reading;

public sealed partial class Dataset
{
    private readonly CancellationTokenSource closing = new();
    private readonly List<Task> shared = []; // guarded by viewing

    /// <summary>Begins work whose result several reads share. A read that is cancelled leaves it to the others; it ends with the
    /// dataset.</summary>
    /// <param name="work">The work; the token cancels it when the dataset is disposed.</param>
    /// <exception cref="ObjectDisposedException">The dataset was disposed.</exception>
    internal Task<T> BeginShared<T>(Func<CancellationToken, Task<T>> work)
    {
        lock (viewing)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            Task<T> begun = Task.Run(() => work(closing.Token), closing.Token);
            shared.RemoveAll(task => task.IsCompleted);
            shared.Add(begun);
            return begun;
        }
    }

    /// <summary>Cancels the shared work, and waits until it has ended: it may write into the cache of a remote dataset.</summary>
    /// <param name="running">The work that was begun.</param>
    private async Task EndSharedAsync(Task[] running)
    {
        await closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static void Close<T>(Task<T>? opening) where T : IDisposable?
    {
        if (opening is { IsCompletedSuccessfully: true })
            opening.Result?.Dispose();
    }
}
