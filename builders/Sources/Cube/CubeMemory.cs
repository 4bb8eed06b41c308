using System.Runtime.CompilerServices;

namespace Pile.Builders.Sources.Cube;

/// <summary>The memory of the cubes that are read at the same time: limits it, and uses the arrays of one cube again for the
/// next.</summary>
/// <remarks>Large arrays of earlier cubes would wait for a full collection, while new ones are allocated.</remarks>
/// <param name="bytes">The limit.</param>
/// <param name="cubeCount">The number of cubes; after the last one, all arrays are released.</param>
internal sealed class CubeMemory(long bytes, int cubeCount)
{
    private const int LargeBytes = 16 << 20;

    private readonly object gate = new();
    private readonly List<Array> free = [];
    private long rented;
    private int left = cubeCount;

    /// <summary>Waits until the memory for a cube is free. A cube that is larger than all of it is read alone.</summary>
    internal Lease Rent(long wantedBytes, CancellationToken cancellationToken)
    {
        long part = Math.Clamp(wantedBytes, 1, bytes);
        using CancellationTokenRegistration wake = cancellationToken.UnsafeRegister(static memory => ((CubeMemory)memory!).Wake(), this);
        lock (gate)
        {
            while (rented + part > bytes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(gate);
            }
            rented += part;
            left--;
        }
        return new Lease(this, part);
    }

    private void Wake()
    {
        lock (gate)
            Monitor.PulseAll(gate);
    }

    private T[]? Take<T>(int length) where T : unmanaged
    {
        lock (gate)
            for (int i = 0; i < free.Count; i++)
                if (free[i] is T[] same && same.Length >= length && same.Length / 2 <= length)
                {
                    free.RemoveAt(i);
                    return same;
                }
        return null;
    }

    /// <summary>The memory of one cube; its arrays are valid until it is disposed.</summary>
    internal sealed class Lease(CubeMemory memory, long bytes) : IDisposable
    {
        private readonly List<Array> arrays = [];

        /// <summary>Returns an array with undefined content.</summary>
        internal Memory<T> Allocate<T>(int length) where T : unmanaged
        {
            if ((long)length * Unsafe.SizeOf<T>() < LargeBytes)
                return GC.AllocateUninitializedArray<T>(length);
            T[] array = memory.Take<T>(length) ?? GC.AllocateUninitializedArray<T>(length);
            arrays.Add(array);
            return array.AsMemory(0, length);
        }

        public void Dispose()
        {
            lock (memory.gate)
            {
                memory.free.Clear();
                if (memory.left > 0)
                    memory.free.AddRange(arrays);
                memory.rented -= bytes;
                Monitor.PulseAll(memory.gate);
            }
            arrays.Clear();
        }
    }
}
