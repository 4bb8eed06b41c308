using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>One value for each row of a side, in memory or in a memory-mapped temporary file; see
/// <see cref="MatchWorkspace.Rows{T}"/>.</summary>
/// <remarks>Memory is released when the match ends, without waiting for the garbage collector, so that another match in the process can use
/// it.</remarks>
internal sealed unsafe class RowArray<T> : MemoryManager<T> where T : unmanaged
{
    private readonly bool isOwned;
    private T* start;

    /// <summary>Allocates memory with undefined content. Pages that are never accessed do not use memory.</summary>
    internal RowArray(int count)
    {
        isOwned = count > 0;
        start = count > 0 ? (T*)Allocate((long)count * sizeof(T)) : null;
        Count = count;
    }

    /// <summary>Uses a file, which must outlive the values.</summary>
    internal RowArray(MappedTemporaryFile file, int count)
    {
        start = (T*)file.Start;
        Count = count;
    }

    /// <summary>The number of values.</summary>
    internal int Count { get; private set; }

    internal ref T this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)row >= (uint)Count)
                ThrowOutOfRange(row);
            return ref start[row];
        }
    }

    /// <inheritdoc/>
    public override Span<T> GetSpan() => new(start, Count);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

    /// <inheritdoc/>
    public override void Unpin() { }

    // The workspace owns the files.
    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (isOwned)
            NativeMemory.AlignedFree(start); // does nothing for null
        start = null;
        Count = 0;
    }

    // A side fills its arrays once, and most of that time would be that of page faults.
    private static void* Allocate(long bytes)
    {
        bool isLarge = bytes >= 2 * MemoryAdvice.LargePageBytes;
        void* memory = NativeMemory.AlignedAlloc((nuint)bytes, isLarge ? MemoryAdvice.LargePageBytes : (nuint)sizeof(long));
        if (isLarge)
            MemoryAdvice.UseLargePages((nint)memory, bytes);
        return memory;
    }

    [DoesNotReturn]
    private void ThrowOutOfRange(int row) => throw new ArgumentOutOfRangeException(nameof(row), row, $"There are {Count} rows.");
}
