using System.Buffers;

namespace Pile.Builders.Sources.Stac;

/// <summary>Rents the large arrays of a batch of columns, which are returned together once the batch is not needed any more.</summary>
/// <remarks>As arrays of their own, they would make the runtime collect all generations every few batches.</remarks>
/// <param name="pool">Lends them.</param>
internal sealed class ColumnMemory(ArrayPool<byte> pool) : IDisposable
{
    private readonly List<byte[]> rented = [];

    /// <summary>Returns an array with at least so many bytes.</summary>
    internal byte[] Rent(int bytes)
    {
        byte[] array = pool.Rent(bytes);
        rented.Add(array);
        return array;
    }

    /// <summary>Returns a larger array with the same first bytes.</summary>
    /// <param name="array">The array, which is not used any more; empty for none.</param>
    /// <param name="used">The number of bytes to keep.</param>
    /// <param name="bytes">The least size of the larger one.</param>
    internal byte[] Grow(byte[] array, int used, int bytes)
    {
        byte[] larger = Rent((int)Math.Max(bytes, Math.Min(2L * array.Length, Array.MaxLength)));
        array.AsSpan(0, used).CopyTo(larger);
        if (rented.Remove(array))
            pool.Return(array);
        return larger;
    }

    /// <summary>Returns all arrays.</summary>
    public void Dispose()
    {
        foreach (byte[] array in rented)
            pool.Return(array);
        rented.Clear();
    }
}
