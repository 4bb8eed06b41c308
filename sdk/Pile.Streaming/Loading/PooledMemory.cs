using System.Buffers;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Memory of the rows that were read together, lent by the pool until the last batch made of them is done with.</summary>
internal sealed class PooledMemory : BatchMemory
{
    private readonly Lock lending = new();
    private readonly List<Action> giveBack = [];
    private int users = 1;

    internal override T[] Rent<T>(int elements)
    {
        T[] array = ArrayPool<T>.Shared.Rent(elements);
        lock (lending)
            giveBack.Add(() => ArrayPool<T>.Shared.Return(array));
        return array;
    }

    internal void Use() => Interlocked.Increment(ref users);

    internal void Leave()
    {
        if (Interlocked.Decrement(ref users) == 0)
            giveBack.ForEach(back => back());
    }
}
