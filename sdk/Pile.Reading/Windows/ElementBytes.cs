using System.Buffers;
using System.Runtime.InteropServices;

namespace Pile.Reading;

/// <summary>The bytes of an array of elements as memory, for reads that take bytes.</summary>
internal sealed class ElementBytes<T>(T[] elements) : MemoryManager<byte> where T : unmanaged
{
    /// <inheritdoc/>
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(elements.AsSpan());

    /// <inheritdoc/>
    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        GCHandle handle = GCHandle.Alloc(elements, GCHandleType.Pinned);
        return new MemoryHandle((byte*)handle.AddrOfPinnedObject() + elementIndex, handle, this);
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
        // The handle of Pin releases the array.
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // The array is garbage-collected.
    }
}
