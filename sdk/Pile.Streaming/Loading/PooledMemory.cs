using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Memory of the rows that were read together, lent by the loader's pool until the last batch made of them is done with.</summary>
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
