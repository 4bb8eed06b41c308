using System.Buffers;
using System.Runtime.InteropServices;

namespace Pile.DuckDb;

/// <summary>Bytes as values of a type, without a copy.</summary>
internal sealed class CastMemory<T>(Memory<byte> bytes) : MemoryManager<T> where T : unmanaged
{
    public override Span<T> GetSpan() => MemoryMarshal.Cast<byte, T>(bytes.Span);

    public override unsafe MemoryHandle Pin(int elementIndex = 0) => bytes[(elementIndex * sizeof(T))..].Pin();

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
