using System.Buffers;

namespace Pile.Writing.Spill;

/// <summary>Arrays that grow, with memory of the shared pool: those of megabytes come and go too fast for the garbage
/// collector.</summary>
internal static class PooledArray
{
    /// <summary>Replaces an array with a larger one, at least twice as large, if it is too short.</summary>
    /// <param name="array">An array of the pool, or one of at most one element.</param>
    /// <param name="used">The number of elements to keep; the others are undefined.</param>
    /// <param name="needed">The least number of elements.</param>
    internal static void Grow<T>(ref T[] array, int used, long needed)
    {
        if (array.Length >= needed)
            return;
        T[] larger = ArrayPool<T>.Shared.Rent(checked((int)Math.Max(needed, Math.Min(2L * array.Length, Array.MaxLength))));
        array.AsSpan(0, used).CopyTo(larger);
        Return(array);
        array = larger;
    }

    /// <summary>Returns an array to the pool.</summary>
    internal static void Return<T>(T[] array)
    {
        if (array.Length > 1)
            ArrayPool<T>.Shared.Return(array);
    }
}
