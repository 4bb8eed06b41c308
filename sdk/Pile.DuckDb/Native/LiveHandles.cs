using System.Runtime.InteropServices;

namespace Pile.DuckDb.Native;

/// <summary>Remembers the native objects that are created, so that tests can detect leaks. Without a test it does nothing.</summary>
internal static class LiveHandles
{
    private static readonly Lock Adding = new();
    private static List<SafeHandle>? created;

    /// <summary>Begins to remember. The handles stay reachable, so that the garbage collector cannot hide a leak.</summary>
    internal static void Track()
    {
        lock (Adding)
            created ??= [];
    }

    /// <summary>The number of remembered objects that are not released.</summary>
    internal static int Count
    {
        get
        {
            lock (Adding)
            {
                created?.RemoveAll(handle => handle.IsClosed || handle.IsInvalid);
                return created?.Count ?? throw new InvalidOperationException("LiveHandles.Track was not called.");
            }
        }
    }

    /// <summary>Adds an object that was created, or the empty handle of one that could not be.</summary>
    internal static T Add<T>(T handle) where T : SafeHandle
    {
        if (created is not null)
            lock (Adding)
                created.Add(handle);
        return handle;
    }
}
