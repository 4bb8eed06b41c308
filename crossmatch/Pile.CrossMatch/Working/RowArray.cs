using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.CrossMatch;

/// <summary>One value for each row of a side, in memory or in a mapped temporary file; <see cref="MatchWorkspace.Rows{T}"/> decides.</summary>
internal sealed unsafe class RowArray<T> : MemoryManager<T> where T : unmanaged
{
    private readonly T[]? values;
    private readonly T* start;

    /// <summary>Allocates memory that the garbage collector does not move. Pages of rows that are never used take none.</summary>
    internal RowArray(int count)
    {
        values = GC.AllocateUninitializedArray<T>(count, pinned: true);
        start = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(values));
        Count = count;
    }

    /// <summary>Uses a file, which must outlive the values.</summary>
    internal RowArray(MappedTemporaryFile file, int count)
    {
        start = (T*)file.Start;
        Count = count;
    }

    /// <summary>The number of values.</summary>
    internal int Count { get; }

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
    public override Span<T> GetSpan() => values is null ? new Span<T>(start, Count) : values;

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

    /// <inheritdoc/>
    public override void Unpin() { }

    // The workspace owns files.
    /// <inheritdoc/>
    protected override void Dispose(bool disposing) { }

    [DoesNotReturn]
    private void ThrowOutOfRange(int row) => throw new ArgumentOutOfRangeException(nameof(row), row, $"There are {Count} rows.");
}
