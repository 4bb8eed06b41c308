using System.Runtime.InteropServices;
using System.Text;
using Pile.Format;

namespace Pile.Hdf5;

/// <summary>Writes the attributes of one file or dataset, with the types that h5py uses for Python's own types.</summary>
/// <remarks>
/// In this format, an attribute has less than 64 KB without its texts, which are stored separately.
/// Source: "HDF5 File Format Specification Version 2.0", IV.A.2.m (attribute, version 3).
/// </remarks>
internal sealed class Hdf5AttributeWriter
{
    private const int Utf8Names = 1;

    private readonly string path;
    private readonly string? item;
    private readonly GlobalHeapBytes texts;
    private readonly List<(StructureBytes Head, byte[] Values, (int Bytes, int Collection, int Index)[] Texts)> attributes = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    internal Hdf5AttributeWriter(string path, string? item, GlobalHeapBytes texts) =>
        (this.path, this.item, this.texts) = (path, item, texts);

    /// <summary>Writes a text as a variable-length UTF-8 string, which h5py returns as <c>str</c>.</summary>
    /// <exception cref="ArgumentException">The name exists or is not valid, or
    /// the text contains a NUL, at which HDF5 would truncate it.</exception>
    internal void Write(string name, string value) => WriteTexts(name, [value], isArray: false);

    /// <summary>Writes a one-dimensional array of texts.</summary>
    internal void Write(string name, ReadOnlySpan<string> values) => WriteTexts(name, values, isArray: true);

    /// <summary>Writes an int64.</summary>
    internal void Write(string name, long value) => WriteNumbers<long>(name, [value], isArray: false);

    /// <summary>Writes a one-dimensional array of int64.</summary>
    internal void Write(string name, ReadOnlySpan<long> values) => WriteNumbers(name, values, isArray: true);

    /// <summary>Writes a float64.</summary>
    internal void Write(string name, double value) => WriteNumbers<double>(name, [value], isArray: false);

    /// <summary>Writes a one-dimensional array of float64.</summary>
    internal void Write(string name, ReadOnlySpan<double> values) => WriteNumbers(name, values, isArray: true);

    /// <summary>Writes a boolean, in h5py's enumeration.</summary>
    internal void Write(string name, bool value) => WriteNumbers<bool>(name, [value], isArray: false);

    /// <summary>Writes a one-dimensional array of booleans, in h5py's enumeration.</summary>
    internal void Write(string name, ReadOnlySpan<bool> values) => WriteNumbers(name, values, isArray: true);

    /// <summary>Adds all attributes to an object's header.</summary>
    /// <param name="header">The header.</param>
    /// <param name="collections">The addresses of the collections of texts.</param>
    /// <exception cref="Hdf5Exception">An attribute is too large for HDF5.</exception>
    internal void WriteTo(ObjectHeaderBytes header, long[] collections)
    {
        foreach ((StructureBytes head, byte[] values, (int Bytes, int Collection, int Index)[] own) in attributes)
        {
            head.Bytes(values);
            foreach ((int bytes, int collection, int index) in own)
            {
                head.UInt32(bytes);
                head.Int64(collections[collection]);
                head.UInt32(index);
            }
            header.Add(MessageType.Attribute, head.Span);
        }
    }

    private void WriteNumbers<T>(string name, ReadOnlySpan<T> values, bool isArray) where T : unmanaged =>
        attributes.Add((Head(name, Hdf5ElementType.Encode(DTypes.Of<T>()), isArray ? values.Length : null),
            MemoryMarshal.AsBytes(values).ToArray(), []));

    private void WriteTexts(string name, ReadOnlySpan<string> values, bool isArray)
    {
        foreach (string value in values)
            if (value.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException($"The text of attribute '{name}' must not contain a NUL, at which HDF5 would truncate it.",
                    nameof(values));
        StructureBytes head = Head(name, Hdf5ElementType.VariableText, isArray ? values.Length : null);
        (int, int, int)[] places = new (int, int, int)[values.Length];
        for (int i = 0; i < places.Length; i++)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(values[i]);
            (int collection, int index) = texts.Add(utf8);
            places[i] = (utf8.Length, collection, index);
        }
        attributes.Add((head, [], places));
    }

    // Everything but the values.
    private StructureBytes Head(string name, ReadOnlySpan<byte> type, int? length)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        byte[] utf8 = [.. Encoding.UTF8.GetBytes(name), 0];
        if (name.Contains('\0', StringComparison.Ordinal) || utf8.Length > ushort.MaxValue)
            throw new ArgumentException($"'{name}' is not a valid name of an attribute.", nameof(name));
        if (!names.Add(name))
            throw new ArgumentException($"Attribute '{name}' already exists.", nameof(name));
        StructureBytes space = new();
        Dataspace.Write(space, length is { } n ? [n] : [], length is { } limit ? [limit] : []);
        StructureBytes head = new();
        head.Byte(3);
        head.Byte(0);
        head.UInt16(utf8.Length);
        head.UInt16(type.Length);
        head.UInt16(space.Count);
        head.Byte(Utf8Names);
        head.Bytes(utf8);
        head.Bytes(type);
        head.Bytes(space.Span);
        int valueBytes = Hdf5ElementType.BytesOf(type), most = (ObjectHeaderBytes.MaxMessageBytes - head.Count) / valueBytes;
        if ((length ?? 1) > most)
            throw new Hdf5Exception(path, item is null ? $"@{name}" : $"{item}@{name}",
                $"an attribute of HDF5 cannot have {length} values of {valueBytes} bytes, but at most {most}. "
                + "Give the column fewer categories, sentinels or bands");
        return head;
    }
}
