using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Pile.CrossMatch;

/// <summary>One value for each row of a side, in memory or in a memory-mapped temporary file; see
/// <see cref="MatchWorkspace.Rows{T}"/>.</summary>
/// <remarks>Memory is released when the match ends, without waiting for the garbage collector, so that another match in the process can use
/// it.</remarks>
internal sealed unsafe class RowArray<T> : MemoryManager<T> where T : unmanaged
{
    private RowMemory? memory;
    private T* start;

    /// <summary>Allocates memory with undefined content.</summary>
    internal RowArray(int count) : this(count == 0 ? null : new RowMemory((long)count * sizeof(T)), count)
    {
    }

    /// <summary>Uses memory, which is freed with the values; null for no rows.</summary>
    internal RowArray(RowMemory? memory, int count)
    {
        this.memory = memory;
        start = memory is null ? null : (T*)memory.Start;
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

    /// <summary>Returns the memory, and leaves no rows. Null if the values are in a file.</summary>
    internal RowMemory? Detach()
    {
        RowMemory? detached = memory;
        memory = null;
        start = null;
        Count = 0;
        return detached;
    }

    // The workspace owns the files.
    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Detach()?.Dispose();

    [DoesNotReturn]
    private void ThrowOutOfRange(int row) => throw new ArgumentOutOfRangeException(nameof(row), row, $"There are {Count} rows.");
}
