using System.Runtime.InteropServices;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>Memory of a <see cref="RowArray{T}"/>, with undefined content. Pages that are never accessed do not use memory.</summary>
internal sealed unsafe class RowMemory : IDisposable
{
    /// <summary>Allocates memory, in large pages if there are several.</summary>
    internal RowMemory(long bytes)
    {
        Bytes = bytes;
        // A side fills its arrays once, and most of that time would be that of page faults.
        Start = (nint)NativeMemory.AlignedAlloc((nuint)bytes, IsLarge ? MemoryAdvice.LargePageBytes : (nuint)sizeof(long));
        if (IsLarge)
            MemoryAdvice.UseLargePages(Start, bytes);
    }

    internal nint Start { get; private set; }

    internal long Bytes { get; }

    /// <summary>True if it has several large pages, so that using it again saves more than allocating it.</summary>
    internal bool IsLarge => Bytes >= 2 * MemoryAdvice.LargePageBytes;

    public void Dispose()
    {
        NativeMemory.AlignedFree((void*)Start); // does nothing for null
        Start = 0;
    }
}
