using System.Buffers;
using System.Runtime.InteropServices;

namespace Pile.Tables.Arrow;

/// <summary>Values as their bytes, without a copy.</summary>
/// <param name="values">The values, which nothing writes to.</param>
internal sealed class ByteMemory<T>(ReadOnlyMemory<T> values) : MemoryManager<byte> where T : unmanaged
{
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(MemoryMarshal.AsMemory(values).Span);

    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        MemoryHandle handle = values.Pin();
        return elementIndex == 0 ? handle : throw new NotSupportedException("Only all values are pinned."); // Apache.Arrow pins buffers
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
