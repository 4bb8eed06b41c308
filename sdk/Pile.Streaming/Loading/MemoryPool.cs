namespace Pile.Streaming;

/// <summary>Reuses the arrays of one loader.</summary>
/// <remarks>The arrays are large, rented on one thread and returned on another. <c>ArrayPool</c> would keep one per thread, round sizes up
/// to powers of two, and cause the system to map fresh pages, which takes longer than reading rows into them.</remarks>
internal sealed class MemoryPool
{
    // An array that is larger than requested by more than this factor is kept for larger requests.
    private const int LargestWaste = 4;

    private readonly Lock lending = new();
    private readonly List<Array> free = [];

    /// <summary>Returns an uninitialized array with at least this many elements.</summary>
    internal T[] Rent<T>(int elements) where T : unmanaged
    {
        lock (lending)
        {
            int best = -1, tooSmall = -1;
            for (int i = 0; i < free.Count; i++)
            {
                if (free[i] is not T[] array || array.Length / LargestWaste > elements)
                    continue;
                if (array.Length >= elements)
                    // the array that was returned last is still in the processor's cache
                    best = best < 0 || array.Length <= free[best].Length ? i : best;
                else if (array.Length >= elements / LargestWaste)
                    tooSmall = i;
            }
            // An array that has become too small is replaced by the new one: there are never more arrays than were in use at once.
            int taken = best >= 0 ? best : tooSmall;
            if (taken >= 0)
            {
                Array array = free[taken];
                free.RemoveAt(taken);
                if (best >= 0)
                    return (T[])array;
            }
        }
        return GC.AllocateUninitializedArray<T>(elements);
    }

    /// <summary>Returns an array to the pool.</summary>
    internal void Return(Array array)
    {
        lock (lending)
            free.Add(array);
    }
}
