using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Pile.Format;

namespace Pile.Hdf5;

/// <summary>The attributes of the file or of a dataset.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", IV.A.2.m (attribute), versions 1 and 3.</remarks>
internal sealed class Hdf5Attributes
{
    private const string Structure = "attribute";
    private readonly Dictionary<string, Hdf5Attribute> byName = new(StringComparer.Ordinal);
    private readonly FileBytes file;
    private readonly GlobalHeap heap;
    private readonly string? item;

    /// <summary>Reads all attributes of an object.</summary>
    /// <exception cref="Hdf5Exception">An attribute is corrupt, or of a kind that Pile's format does not allow.</exception>
    internal Hdf5Attributes(FileBytes file, GlobalHeap heap, ObjectHeader header, string? item)
    {
        (this.file, this.heap, this.item) = (file, heap, item);
        foreach (ObjectHeader.Message message in header.All(MessageType.Attribute))
            Add(message);
    }

    /// <summary>The names.</summary>
    internal IReadOnlyCollection<string> Names => byName.Keys;

    /// <summary>Returns an attribute, or null if there is no such attribute.</summary>
    internal Hdf5Attribute? Find(string name) => byName.GetValueOrDefault(name);

    private void Add(ObjectHeader.Message message)
    {
        StructureReader reader = new(message.Content.Span, file, Structure, message.Address, item);
        if (reader.Byte() is not (1 or 3) and var version)
            throw reader.Unsupported($"version {version}, expected 1 or 3");
        bool isAligned = message.Content.Span[0] is 1;
        if (reader.Byte() is not 0 and var flags)
            throw reader.Unsupported($"flags {flags}: a shared type or shape");
        (int nameBytes, int typeBytes, int spaceBytes) = (reader.UInt16(), reader.UInt16(), reader.UInt16());
        if (!isAligned && reader.Byte() is > 1 and var set)
            throw reader.Invalid($"the unknown character set {set}");
        ReadOnlySpan<byte> nameField = reader.Take(isAligned ? Aligned(nameBytes) : nameBytes);
        int end = nameField.IndexOf((byte)0);
        string name = end > 0 && end == nameBytes - 1 && Utf8.IsValid(nameField[..end]) ? Encoding.UTF8.GetString(nameField[..end])
            : throw reader.Invalid("expected a name in UTF-8 with a single NUL at its end");
        string location = item is null ? $"@{name}" : $"{item}@{name}";
        Hdf5ElementType type = Hdf5ElementType.OfAttribute(reader.Take(isAligned ? Aligned(typeBytes) : typeBytes), file,
            message.Address, location);
        long[] shape = Dataspace.Read(reader.Take(isAligned ? Aligned(spaceBytes) : spaceBytes), file, message.Address, location);
        if (shape.Length > 1)
            throw reader.Unsupported($"'{name}' has {shape.Length} dimensions, expected at most one");
        long count = shape is [var length] ? length : 1;
        if (count > reader.Remaining / type.StoredBytes)
            throw reader.Invalid($"'{name}' declares {count} values of {type.StoredBytes} bytes, but has {reader.Remaining} bytes");
        Array values = Values(type, reader.Take(count * type.StoredBytes), (int)count, message.Address, location);
        if (!byName.TryAdd(name, new(name, type.DType, shape, values)))
            throw reader.Invalid($"the name '{name}' occurs twice");
    }

    private Array Values(Hdf5ElementType type, ReadOnlySpan<byte> bytes, int count, long address, string location)
    {
        if (type.DType is DType.String)
            return Texts(type, bytes, count, address, location);
        Array values = type.DType switch
        {
            DType.Bool => bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) < 0 ? MemoryMarshal.Cast<byte, bool>(bytes).ToArray()
                : throw file.Invalid(Structure, address, location, "a boolean that is neither 0 nor 1"),
            DType.Int8 => Array.ConvertAll(MemoryMarshal.Cast<byte, sbyte>(bytes).ToArray(), value => (long)value),
            DType.UInt8 => Array.ConvertAll(bytes.ToArray(), value => (long)value),
            DType.Int16 => Array.ConvertAll(MemoryMarshal.Cast<byte, short>(bytes).ToArray(), value => (long)value),
            DType.UInt16 => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), value => (long)value),
            DType.Int32 => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(bytes).ToArray(), value => (long)value),
            DType.UInt32 => Array.ConvertAll(MemoryMarshal.Cast<byte, uint>(bytes).ToArray(), value => (long)value),
            DType.Int64 => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
            DType.UInt64 => MemoryMarshal.Cast<byte, ulong>(bytes).ToArray(),
            DType.Float32 => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), value => (double)value),
            _ => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
        };
        return values;
    }

    private string[] Texts(Hdf5ElementType type, ReadOnlySpan<byte> bytes, int count, long address, string location)
    {
        string[] texts = new string[count];
        StructureReader reader = new(bytes, file, Structure, address, location);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> text;
            if (type.IsVariable)
            {
                (uint length, long collection, uint index) = (reader.UInt32(), reader.Int64(), reader.UInt32());
                text = (length, collection, index) is (0, 0, 0) ? [] : heap.Take(collection, index, length, location).Span;
            }
            else
                text = reader.Take(type.StoredBytes).WithoutPadding();
            texts[i] = Utf8.IsValid(text) && !text.Contains((byte)0) ? Encoding.UTF8.GetString(text)
                : throw reader.Invalid($"text {i} is not valid UTF-8 without NUL");
        }
        return texts;
    }

    private static int Aligned(int bytes) => (bytes + 7) / 8 * 8;
}
