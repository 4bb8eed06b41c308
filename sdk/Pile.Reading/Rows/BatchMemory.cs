namespace Pile.Reading;

/// <summary>Where the values of a batch's heavy columns are put: memory of their own, unless a loader lends it some again and again.</summary>
internal class BatchMemory
{
    internal static readonly BatchMemory Own = new();

    /// <summary>An array of at least so many elements, with anything in it.</summary>
    internal virtual T[] Rent<T>(int elements) where T : unmanaged => GC.AllocateUninitializedArray<T>(elements);
}
