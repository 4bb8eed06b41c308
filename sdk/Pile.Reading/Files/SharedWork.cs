namespace Pile.Reading;

/// <summary>Runs numbered parts of work on several threads, including the caller's.</summary>
internal static class SharedWork
{
    /// <summary>Runs all parts.</summary>
    /// <param name="count">The number of parts.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="part">Runs one part.</param>
    /// <param name="cancellationToken">Stops before the next part.</param>
    internal static void Run(int count, int threads, Action<int> part, CancellationToken cancellationToken)
    {
        int next = -1;
        Task[] others = new Task[Math.Clamp(Math.Min(count, threads) - 1, 0, count)];
        for (int i = 0; i < others.Length; i++)
            others[i] = Task.Run(Work, CancellationToken.None);
        try
        {
            Work();
        }
        finally
        {
            foreach (Task other in others)
                other.GetAwaiter().GetResult();
        }

        void Work()
        {
            try
            {
                for (int i; (i = Interlocked.Increment(ref next)) < count;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    part(i);
                }
            }
            catch
            {
                Volatile.Write(ref next, count); // the others stop after their part
                throw;
            }
        }
    }
}
