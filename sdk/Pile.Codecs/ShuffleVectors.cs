using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Pile.Codecs;

/// <summary>Shuffles 16 elements at a time, for elements of 2, 4 and 8 bytes.</summary>
/// <remarks>
/// 16 elements of s bytes fill s vectors. The address of a byte among them is [element: 4 bits][position: log2 s bits] before shuffling and
/// [position][element] after it: the same bits, rotated by 4. A pass that interleaves vector i with vector i + s/2 rotates all addresses by
/// 1. So four passes shuffle, and log2 s passes undo it.
/// </remarks>
internal static class ShuffleVectors
{
    private const int Lanes = 16;

    /// <summary>Shuffles as many complete groups of elements as possible, and returns the number of elements.</summary>
    internal static int Apply(ReadOnlySpan<byte> source, int elementBytes, int count, Span<byte> destination)
    {
        if (!Sse2.IsSupported && !AdvSimd.Arm64.IsSupported)
            return 0;
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        int done = 0;
        switch (elementBytes)
        {
            case 2:
                for (; done <= count - Lanes; done += Lanes)
                    Rotate2(ref Unsafe.Add(ref from, done * 2), Lanes, ref Unsafe.Add(ref to, done), count, 4);
                break;
            case 4:
                for (; done <= count - Lanes; done += Lanes)
                    Rotate4(ref Unsafe.Add(ref from, done * 4), Lanes, ref Unsafe.Add(ref to, done), count, 4);
                break;
            case 8:
                for (; done <= count - Lanes; done += Lanes)
                    Rotate8(ref Unsafe.Add(ref from, done * 8), Lanes, ref Unsafe.Add(ref to, done), count, 4);
                break;
        }
        return done;
    }

    /// <summary>Restores as many complete groups of elements as possible, and returns the number of elements.</summary>
    internal static int Undo(ReadOnlySpan<byte> source, int elementBytes, int count, Span<byte> destination)
    {
        if (!Sse2.IsSupported && !AdvSimd.Arm64.IsSupported)
            return 0;
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        int done = 0;
        switch (elementBytes)
        {
            case 2:
                for (; done <= count - Lanes; done += Lanes)
                    Rotate2(ref Unsafe.Add(ref from, done), count, ref Unsafe.Add(ref to, done * 2), Lanes, 1);
                break;
            case 4:
                for (; done <= count - Lanes; done += Lanes)
                    Rotate4(ref Unsafe.Add(ref from, done), count, ref Unsafe.Add(ref to, done * 4), Lanes, 2);
                break;
            case 8:
                for (; done <= count - Lanes; done += Lanes)
                    Rotate8(ref Unsafe.Add(ref from, done), count, ref Unsafe.Add(ref to, done * 8), Lanes, 3);
                break;
        }
        return done;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rotate2(ref byte from, nint fromStride, ref byte to, nint toStride, int bits)
    {
        var (a, b) = (Load(ref from, 0), Load(ref from, fromStride));
        for (int bit = 0; bit < bits; bit++)
            (a, b) = (Low(a, b), High(a, b));
        Store(a, ref to, 0);
        Store(b, ref to, toStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rotate4(ref byte from, nint fromStride, ref byte to, nint toStride, int bits)
    {
        var (a, b, c, d) = (Load(ref from, 0), Load(ref from, fromStride), Load(ref from, 2 * fromStride), Load(ref from, 3 * fromStride));
        for (int bit = 0; bit < bits; bit++)
            (a, b, c, d) = (Low(a, c), High(a, c), Low(b, d), High(b, d));
        Store(a, ref to, 0);
        Store(b, ref to, toStride);
        Store(c, ref to, 2 * toStride);
        Store(d, ref to, 3 * toStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rotate8(ref byte from, nint fromStride, ref byte to, nint toStride, int bits)
    {
        var (a, b, c, d) = (Load(ref from, 0), Load(ref from, fromStride), Load(ref from, 2 * fromStride), Load(ref from, 3 * fromStride));
        var (e, f, g, h) = (Load(ref from, 4 * fromStride), Load(ref from, 5 * fromStride), Load(ref from, 6 * fromStride),
            Load(ref from, 7 * fromStride));
        for (int bit = 0; bit < bits; bit++)
            (a, b, c, d, e, f, g, h) = (Low(a, e), High(a, e), Low(b, f), High(b, f), Low(c, g), High(c, g), Low(d, h), High(d, h));
        Store(a, ref to, 0);
        Store(b, ref to, toStride);
        Store(c, ref to, 2 * toStride);
        Store(d, ref to, 3 * toStride);
        Store(e, ref to, 4 * toStride);
        Store(f, ref to, 5 * toStride);
        Store(g, ref to, 6 * toStride);
        Store(h, ref to, 7 * toStride);
    }

    private static Vector128<byte> Load(ref byte from, nint offset) => Vector128.LoadUnsafe(ref from, (nuint)offset);

    private static void Store(Vector128<byte> vector, ref byte to, nint offset) => vector.StoreUnsafe(ref to, (nuint)offset);

    private static Vector128<byte> Low(Vector128<byte> a, Vector128<byte> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    private static Vector128<byte> High(Vector128<byte> a, Vector128<byte> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
}
