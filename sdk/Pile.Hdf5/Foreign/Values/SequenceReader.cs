namespace Pile.Hdf5;

/// <summary>Reads texts and sequences of variable length.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.B (elements of variable length: length, collection, index).</remarks>
internal sealed class SequenceReader(ForeignBytes file, SequenceHeap heap)
{
    private const string Structure = "values of variable length";
    private long converted;

    /// <summary>Finds each element of a list of references.</summary>
    /// <param name="type">The type of the elements.</param>
    /// <param name="references">The references, as stored.</param>
    /// <param name="item">The path of the object, for errors.</param>
    /// <returns>The bytes of each text, up to the first NUL, or the values of each sequence, native.</returns>
    /// <exception cref="Hdf5Exception">A reference is corrupt, or the values of the sequences cannot be read.</exception>
    internal ReadOnlyMemory<byte>[] Read(ForeignType type, ReadOnlySpan<byte> references, string? item)
    {
        ForeignType element = type.Base!;
        bool isText = type.Kind is ForeignTypeKind.VariableText;
        if (!isText && element.Obstacle is not null)
            throw file.Unsupported(Structure, 0, item, $"sequences of {element}: {element.Obstacle}");
        ReadOnlyMemory<byte>[] values = new ReadOnlyMemory<byte>[references.Length / type.Bytes];
        StructureReader reader = new(references, file, Structure, 0, item);
        for (int i = 0; i < values.Length; i++)
        {
            (long count, long collection, uint index) = (reader.UInt32(), reader.Address(file.AddressBytes), reader.UInt32());
            if (count is 0)
                continue;
            values[i] = heap.Find(collection, index, isText ? count : count * element.Bytes, item);
            if (isText && values[i].Span.IndexOf((byte)0) is >= 0 and var end)
                values[i] = values[i][..end];
            else if (!isText && element.IsConverted)
                values[i] = Convert(element, values[i], item);
        }
        return values;
    }

    /// <summary>Finds where the values of each sequence are stored.</summary>
    /// <param name="type">The type of the sequences.</param>
    /// <param name="references">The references, as stored.</param>
    /// <param name="item">The path of the object, for errors.</param>
    /// <returns>The offset of the values in the file, and their number; 0 and 0 for an empty sequence.</returns>
    /// <exception cref="Hdf5Exception">A reference is corrupt.</exception>
    internal (long Offset, long Count)[] Locate(ForeignType type, ReadOnlySpan<byte> references, string? item)
    {
        (long Offset, long Count)[] places = new (long, long)[references.Length / type.Bytes];
        StructureReader reader = new(references, file, Structure, 0, item);
        for (int i = 0; i < places.Length; i++)
        {
            (long count, long collection, uint index) = (reader.UInt32(), reader.Address(file.AddressBytes), reader.UInt32());
            if (count > 0)
                places[i] = (file.BaseOffset + heap.Locate(collection, index, count * type.Base!.Bytes, item), count);
        }
        return places;
    }

    /// <summary>Converts a copy. A file whose copies exceed its own size refers to the same values repeatedly.</summary>
    private ReadOnlyMemory<byte> Convert(ForeignType element, ReadOnlyMemory<byte> values, string? item)
    {
        converted += values.Length;
        if (converted > file.Length)
            throw file.Invalid(Structure, 0, item, "the same values are used repeatedly: their total size exceeds the file");
        byte[] copy = values.ToArray();
        NativeOrder.Convert(element, copy);
        return copy;
    }
}
