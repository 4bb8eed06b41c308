using System.Runtime.InteropServices;

namespace Pile.DuckDb;

/// <summary>Keeps C# objects alive while DuckDB references them from callbacks, and counts them.</summary>
internal static class CallbackState
{
    private static int liveCount;

    /// <summary>The number of objects that DuckDB has not released.</summary>
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
