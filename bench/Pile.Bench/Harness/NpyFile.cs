using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Pile.Bench.Harness;

/// <summary>Reads and writes arrays in NumPy's format, versions 1 and 2, little-endian, row-major.</summary>
internal sealed class NpyFile : IDisposable
{
    private readonly SafeFileHandle handle;
    private readonly long dataOffset;

    internal NpyFile(string path, string descr)
    {
        handle = File.OpenHandle(path);
        Span<byte> start = stackalloc byte[12];
        Fill(start, 0);
        bool isFirstVersion = start[6] == 1;
        int headerBytes = isFirstVersion ? MemoryMarshal.Read<ushort>(start[8..]) : MemoryMarshal.Read<int>(start[8..]);
        dataOffset = (isFirstVersion ? 10 : 12) + headerBytes;
        byte[] header = new byte[headerBytes];
        Fill(header, dataOffset - headerBytes);
        string text = Encoding.ASCII.GetString(header);
        if (!text.Contains($"'descr': '{descr}'", StringComparison.Ordinal)
            || !text.Contains("'fortran_order': False", StringComparison.Ordinal))
            throw new BenchFailedException($"'{path}' is not an array of {descr} in C order: {text.Trim()}");
    }

    /// <summary>Reads an array of one axis.</summary>
    internal static T[] ReadAll<T>(string path, string descr) where T : unmanaged
    {
        using NpyFile file = new(path, descr);
        T[] values = new T[(RandomAccess.GetLength(file.handle) - file.dataOffset) / Marshal.SizeOf<T>()];
        file.Read(0, values.AsSpan());
        return values;
    }

    /// <summary>Reads elements from an index on, in row-major order.</summary>
    internal void Read<T>(long firstElement, Span<T> destination) where T : unmanaged =>
        Fill(MemoryMarshal.AsBytes(destination), dataOffset + (firstElement * Marshal.SizeOf<T>()));

    public void Dispose() => handle.Dispose();

    private void Fill(Span<byte> destination, long offset)
    {
        while (!destination.IsEmpty)
        {
            int count = RandomAccess.Read(handle, destination, offset);
            if (count == 0)
                throw new BenchFailedException("an input array is truncated: run 'make clean', then the bench again.");
            destination = destination[count..];
            offset += count;
        }
    }

    /// <summary>Writes one column.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">The dtype in NumPy's notation.</param>
    /// <param name="values">The values.</param>
    internal static void Write<T>(string path, string type, ReadOnlySpan<T> values) where T : unmanaged
    {
        // Format 1.0: magic, version, length of the header, and the header, padded so that the data begin at a multiple of 64.
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({values.Length},), }}";
        header = header.PadRight(((header.Length + 1 + 10 + 63) / 64 * 64) - 11) + "\n";
        using FileStream file = File.Create(path);
        file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header)]);
        for (int first = 0; first < values.Length; first += 1 << 20)
            file.Write(MemoryMarshal.AsBytes(values[first..Math.Min(values.Length, first + (1 << 20))]));
    }
}
