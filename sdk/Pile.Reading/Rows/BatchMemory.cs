namespace Pile.Reading;

/// <summary>Allocates the arrays of a batch: new ones, unless a loader overrides it to reuse some.</summary>
internal class BatchMemory
{
    internal static readonly BatchMemory Own = new();

    /// <summary>The number of threads that may read from a disk for this batch; null for as many as the dataset allows. A caller that reads
    /// several batches at once divides the threads among them.</summary>
    internal virtual int? Threads => null;

    /// <summary>Returns an uninitialized array with at least this many elements.</summary>
    internal virtual T[] Rent<T>(int elements) where T : unmanaged => GC.AllocateUninitializedArray<T>(elements);
}
