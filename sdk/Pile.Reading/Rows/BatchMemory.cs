namespace Pile.Reading;

/// <summary>Where the values of a batch are put: memory of their own, unless a loader lends it some again and again.</summary>
internal class BatchMemory
{
    internal static readonly BatchMemory Own = new();

    /// <summary>How many threads may read from a disk for this batch; null: as many as the dataset allows. Who has several batches read at
    /// once gives each its part.</summary>
    internal virtual int? Threads => null;

    /// <summary>An array of at least so many elements, with anything in it.</summary>
    internal virtual T[] Rent<T>(int elements) where T : unmanaged => GC.AllocateUninitializedArray<T>(elements);
}
