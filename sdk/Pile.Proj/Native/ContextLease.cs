using System.Collections.Concurrent;

namespace Pile.Proj.Native;

/// <summary>A context of the pool, for one thread until it is disposed.</summary>
/// <remarks>Opening a context and its database takes a millisecond, so contexts are kept: at most one for each processor.</remarks>
internal readonly struct ContextLease : IDisposable
{
    private static readonly ConcurrentBag<ContextHandle> Free = [];

    private ContextLease(ContextHandle context) => Context = context;

    internal ContextHandle Context { get; }

    internal static ContextLease Rent() => new(Free.TryTake(out ContextHandle? context) ? context : ContextHandle.Open());

    public void Dispose()
    {
        if (Free.Count < Environment.ProcessorCount)
            Free.Add(Context);
        else
            Context.Dispose();
    }
}
