using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Pile.Writing.Spill;

/// <summary>The file of a unit's values that are excluded from sorting.</summary>
/// <remarks>It has its own buffer, because that of a stream would be written even if the unit is abandoned, and fail again on a full
/// disk.</remarks>
internal sealed class HeavyFile(string path) : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private byte[] buffer = [];
    private int buffered;
    private SafeFileHandle? handle;

    internal long Bytes { get; private set; }

    internal void Append(ReadOnlySpan<byte> values)
    {
        if (values.IsEmpty)
            return;
        if (buffer.Length == 0)
            buffer = ArrayPool<byte>.Shared.Rent(BufferBytes); // many units have one row
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

    internal void Complete()
    {
        Flush();
        Dispose();
    }

    public void Dispose()
    {
        handle?.Dispose();
        handle = null;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
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
