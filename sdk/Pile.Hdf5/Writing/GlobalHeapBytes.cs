namespace Pile.Hdf5;

/// <summary>The texts of all attributes of a file, in collections of a global heap.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", III.E (global heap, version 1).</remarks>
internal sealed class GlobalHeapBytes
{
    /// <summary>libhdf5 makes no smaller collections.</summary>
    private const int LeastBytes = 4096;

    private const int HeaderBytes = 16, ObjectHeaderBytes = 16, MaxObjects = ushort.MaxValue, MaxBytes = 1 << 30;
    private readonly List<StructureBytes> collections = [];
    private int inLast;

    /// <summary>Adds a text, and returns the number of its collection and its number in the collection.</summary>
    internal (int Collection, int Index) Add(ReadOnlySpan<byte> text)
    {
        if (collections.Count == 0 || inLast == MaxObjects || collections[^1].Count > MaxBytes - text.Length)
        {
            collections.Add(new());
            inLast = 0;
        }
        StructureBytes last = collections[^1];
        last.UInt16(++inLast);
        last.UInt16(0); // references are not counted
        last.Zeros(4);
        last.Int64(text.Length);
        last.Bytes(text);
        last.Align();
        return (collections.Count - 1, inLast);
    }

    /// <summary>Writes all collections, and returns their addresses.</summary>
    /// <param name="target">The structures of the file.</param>
    /// <param name="start">The address of the first structure.</param>
    internal long[] WriteTo(StructureBytes target, long start)
    {
        long[] addresses = new long[collections.Count];
        for (int i = 0; i < addresses.Length; i++)
        {
            addresses[i] = start + target.Count;
            int used = HeaderBytes + collections[i].Count, bytes = Math.Max(LeastBytes, used);
            target.Bytes("GCOL"u8);
            target.Byte(1);
            target.Zeros(3);
            target.Int64(bytes);
            target.Bytes(collections[i].Span);
            int free = bytes - used;
            if (free >= ObjectHeaderBytes)
            {
                target.Zeros(8); // object 0 is the free space
                target.Int64(free);
                free -= ObjectHeaderBytes;
            }
            target.Zeros(free);
        }
        return addresses;
    }
}
