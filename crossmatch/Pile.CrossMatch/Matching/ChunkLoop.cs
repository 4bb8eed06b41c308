using System.Runtime.ExceptionServices;

namespace Pile.CrossMatch.Matching;

/// <summary>Calls a method for every chunk, on several threads.</summary>
/// <remarks>Replaces <see cref="Parallel"/>, whose first use takes 10 ms, a tenth of a match.</remarks>
internal static class ChunkLoop
{
    /// <summary>Runs until all chunks are done or a chunk fails.</summary>
    internal static void Run(int chunks, int workers, Action<int> work, CancellationToken cancellationToken)
    {
        int next = -1;
        ExceptionDispatchInfo? failure = null;
        Thread[] others = new Thread[Math.Clamp(workers, 1, Math.Max(chunks, 1)) - 1];
        for (int i = 0; i < others.Length; i++)
            (others[i] = new Thread(Work) { IsBackground = true, Name = "crossmatch" }).Start();
        Work();
        foreach (Thread other in others)
            other.Join();
        failure?.Throw();
        cancellationToken.ThrowIfCancellationRequested();

        void Work()
        {
            try
            {
                for (int chunk; failure is null && !cancellationToken.IsCancellationRequested
                    && (chunk = Interlocked.Increment(ref next)) < chunks;)
                    work(chunk);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
            }
        }
    }
}
