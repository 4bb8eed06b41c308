using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.CrossMatch;

/// <summary>One value for each row of a side, in memory or in a mapped temporary file; <see cref="MatchWorkspace.Rows{T}"/>
/// decides.</summary>
/// <remarks>Memory is given back when the match ends, without waiting for the garbage collector: a second match in one process uses it
/// again.</remarks>
internal sealed unsafe class RowArray<T> : MemoryManager<T> where T : unmanaged
{
    private readonly bool isOwned;
    private T* start;

    /// <summary>Allocates memory, whose contents are undefined. Pages of rows that are never used take none.</summary>
    internal RowArray(int count)
    {
        isOwned = count > 0;
        start = count > 0 ? (T*)NativeMemory.Alloc((nuint)count, (nuint)sizeof(T)) : null;
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

    // Files are the workspace's.
    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (isOwned)
            NativeMemory.Free(start); // of null it does nothing
        start = null;
        Count = 0;
    }

    [DoesNotReturn]
    private void ThrowOutOfRange(int row) => throw new ArgumentOutOfRangeException(nameof(row), row, $"There are {Count} rows.");
}
