using Microsoft.Win32.SafeHandles;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>The heavy values of a unit, row after row, all heavy columns of a row together: they are read back by row.</summary>
/// <remarks>It has its own buffer, because a stream's would be written out even when the unit is given up, and fail again on a full disk.</remarks>
internal sealed class HeavyFile(string path) : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private byte[] buffer = [];
    private int buffered;
    private SafeFileHandle? handle;

    internal long Bytes { get; private set; }

    /// <summary>Appends a batch, and tells where each row begins and how long it is.</summary>
    internal void Append(ReadOnlySpan<ColumnData> heavy, int rowCount, Span<long> offsets, Span<long> bytes)
    {
        for (int row = 0; row < rowCount; row++)
        {
            offsets[row] = Bytes;
            foreach (ColumnData column in heavy)
                Append(BatchColumns.RowBytes(column, row));
            bytes[row] = Bytes - offsets[row];
        }
    }

    internal void Complete()
    {
        Flush();
        Dispose();
    }

    public void Dispose()
    {
        handle?.Dispose();
        handle = null;
    }

    private void Append(ReadOnlySpan<byte> values)
    {
        if (buffer.Length == 0)
            buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
        if (values.Length > buffer.Length - buffered)
            Flush();
        if (values.Length > buffer.Length)
            Write(values, Bytes);
        else
        {
            values.CopyTo(buffer.AsSpan(buffered));
            buffered += values.Length;
        }
        Bytes += values.Length;
    }

    private void Flush()
    {
        if (buffered > 0)
            Write(buffer.AsSpan(0, buffered), Bytes - buffered);
        buffered = 0;
    }

    private void Write(ReadOnlySpan<byte> values, long offset)
    {
        handle ??= File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(handle, values, offset);
    }
}
