using Pile.Reading;

namespace Pile.Streaming;

/// <summary>The memory of rows that were read together. It returns to the loader's pool when the last of their batches is
/// disposed.</summary>
internal sealed class PooledMemory(MemoryPool pool, int threads) : BatchMemory
{
    private readonly Lock lending = new();
    private readonly List<Array> lent = [];
    private int users = 1;

    internal override int? Threads => threads;

    internal override T[] Rent<T>(int elements)
    {
        T[] array = pool.Rent<T>(elements);
        lock (lending)
            lent.Add(array);
        return array;
    }

    internal void Use() => Interlocked.Increment(ref users);

    internal void Leave()
    {
        if (Interlocked.Decrement(ref users) == 0)
            lent.ForEach(pool.Return);
    }
}
