namespace Pile.Writing.Shards;

/// <summary>Arrays that grow with a buffer of rows, which is reused and keeps them.</summary>
/// <remarks>Those of a pool would be up to twice as large as needed, because their lengths are powers of two, and the smaller ones would
/// wait in the pool.</remarks>
internal static class GrowingArray
{
    /// <summary>Replaces an array with a larger one, by at least half, if it is too short.</summary>
    /// <param name="array">The array.</param>
    /// <param name="used">The number of elements to keep; the others are undefined.</param>
    /// <param name="needed">The least number of elements.</param>
    internal static void Grow<T>(ref T[] array, int used, long needed) where T : unmanaged
    {
        if (array.Length >= needed)
            return;
        T[] larger = GC.AllocateUninitializedArray<T>(
            checked((int)Math.Max(needed, Math.Min(array.LongLength + (array.Length / 2), Array.MaxLength))));
        array.AsSpan(0, used).CopyTo(larger);
        array = larger;
    }
}
