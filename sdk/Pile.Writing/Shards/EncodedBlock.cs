using System.Buffers;
using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>The encoded chunks of consecutive rows and columns, in the order in which they are written: row by row across the
/// columns.</summary>
internal sealed class EncodedBlock(int firstRow, int rowCount, int firstColumn, int columnCount, int capacity) : IDisposable
{
    private readonly int[] ends = new int[(rowCount * columnCount) + 1];
    private byte[]? bytes = ArrayPool<byte>.Shared.Rent(capacity);

    internal int FirstRow { get; } = firstRow;

    internal int RowCount { get; } = rowCount;

    internal int FirstColumn { get; } = firstColumn;

    internal int ColumnCount { get; } = columnCount;

    /// <summary>CRC-32C of each chunk.</summary>
    internal uint[] Crc32C { get; } = new uint[rowCount * columnCount];

    /// <summary>The moments of each row's own elements. They remain when the block is disposed.</summary>
    internal Moments[] Moments { get; } = new Moments[rowCount * columnCount];

    /// <summary>Returns the free memory after the preceding chunks.</summary>
    internal Span<byte> Free(int chunk) => bytes.AsSpan(ends[chunk]);

    internal void Set(int chunk, int storedBytes, uint crc32C)
    {
        ends[chunk + 1] = ends[chunk] + storedBytes;
        Crc32C[chunk] = crc32C;
    }

    /// <summary>All chunks.</summary>
    internal ReadOnlySpan<byte> Chunks => bytes.AsSpan(0, ends[^1]);

    /// <summary>Returns where a chunk begins in <see cref="Chunks"/>.</summary>
    internal int StartOf(int chunk) => ends[chunk];

    internal int BytesOf(int chunk) => ends[chunk + 1] - ends[chunk];

    public void Dispose()
    {
        if (bytes is not null)
            ArrayPool<byte>.Shared.Return(bytes);
        bytes = null;
    }
}
