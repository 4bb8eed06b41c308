using System.Runtime.InteropServices;

namespace Pile.DuckDb;

/// <summary>C# objects that DuckDB holds for its callbacks, counted like the handles.</summary>
internal static class CallbackState
{
    private static int liveCount;

    /// <summary>Objects that DuckDB has not given back.</summary>
    internal static int LiveCount => Volatile.Read(ref liveCount);

    internal static nint Hold(object state)
    {
        Interlocked.Increment(ref liveCount);
        return GCHandle.ToIntPtr(GCHandle.Alloc(state));
    }

    internal static T Get<T>(nint state) where T : class => (T)GCHandle.FromIntPtr(state).Target!;

    internal static void Release(nint state)
    {
        GCHandle.FromIntPtr(state).Free();
        Interlocked.Decrement(ref liveCount);
    }
}
