namespace Pile.Streaming;

/// <summary>The arrays of one loader, used again and again. They are large, rented on one thread and given back on another:
/// <c>ArrayPool</c> would keep one for each
/// thread, round sizes up to powers of two, and let the system hand out fresh pages, which takes longer than reading rows into
/// them.</summary>
internal sealed class MemoryPool
{
    // An array that is much larger than what is asked for waits for whoever needs it.
    private const int LargestWaste = 4;

    private readonly Lock lending = new();
    private readonly List<Array> free = [];

    /// <summary>An array of at least so many elements, with anything in it.</summary>
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
                    // the one that came back last is still in the processor's cache
                    best = best < 0 || array.Length <= free[best].Length ? i : best;
                else if (array.Length >= elements / LargestWaste)
                    tooSmall = i;
            }
            // One that has become too small makes room for the new one: there are never more than were in use at once.
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

    /// <summary>Takes an array back.</summary>
    internal void Return(Array array)
    {
        lock (lending)
            free.Add(array);
    }
}
