using System.Buffers.Binary;
using System.Text;
using Pile.Format;

namespace Pile.Hdf5;

/// <summary>The type of a dataset's or attribute's elements.</summary>
/// <param name="DType">The dtype.</param>
/// <param name="StoredBytes">The size of an element in bytes; for a variable-length text, the size of the reference to it.</param>
/// <param name="IsVariable">True for variable-length texts, which are stored in a global heap; only in attributes.</param>
/// <remarks>
/// Each type has exactly one encoding, which is compared byte by byte: little-endian, all bits significant, version 1.
/// Source: "HDF5 File Format Specification Version 2.0", IV.A.2.d (datatype).
/// </remarks>
internal sealed record Hdf5ElementType(DType DType, int StoredBytes, bool IsVariable = false)
{
    private const string Structure = "datatype";
    private const byte FixedText = 0x13, NulPaddedAscii = 0x01, NulPaddedUtf8 = 0x11;
    private static readonly string[] ClassNames =
        ["integer", "float", "time", "string", "bit field", "opaque", "compound", "reference", "enumeration",
            "sequence of variable length", "array"];

    private static readonly (DType DType, byte[] Encoding)[] Numbers =
    [
        (DType.Int8, Integer(1, isSigned: true)), (DType.UInt8, Integer(1, isSigned: false)), (DType.Int16, Integer(2, isSigned: true)),
        (DType.UInt16, Integer(2, isSigned: false)),
        (DType.Int32, Integer(4, isSigned: true)), (DType.UInt32, Integer(4, isSigned: false)), (DType.Int64, Integer(8, isSigned: true)),
        (DType.UInt64, Integer(8, isSigned: false)),
        (DType.Float32, [0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]),
        (DType.Float64, [0x11, 0x20, 63, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 0xFF, 3, 0, 0]),
        (DType.Bool, [0x18, 2, 0, 0, 1, 0, 0, 0, .. Integer(1, isSigned: true), .. "FALSE\0\0\0TRUE\0\0\0\0"u8, 0, 1]),
    ];

    private static readonly byte[] VariableAscii = [0x19, 1, 0, 0, 16, 0, 0, 0, .. Integer(1, isSigned: false)],
        VariableUtf8 = [0x19, 1, 1, 0, 16, 0, 0, 0, .. Integer(1, isSigned: false)];

    /// <summary>Reads the type of a dataset.</summary>
    /// <exception cref="Hdf5Exception">The type is not allowed in a dataset of a shard.</exception>
    internal static Hdf5ElementType OfDataset(ObjectHeader.Message message, FileBytes file, string? item) =>
        Find(message.Content.Span) is { IsVariable: false } type ? type
            : throw Unsupported(message.Content.Span, file, message.Address, item);

    /// <summary>Reads the type of an attribute.</summary>
    /// <exception cref="Hdf5Exception">The type is not allowed in an attribute of a shard.</exception>
    internal static Hdf5ElementType OfAttribute(ReadOnlySpan<byte> content, FileBytes file, long address, string? item) =>
        Find(content) ?? throw Unsupported(content, file, address, item);

    /// <summary>The type of UTF-8 texts of variable length.</summary>
    internal static ReadOnlySpan<byte> VariableText => VariableUtf8;

    /// <summary>Returns the encoding of a type.</summary>
    /// <param name="type">The dtype.</param>
    /// <param name="stringBytes">The size of a text, padded with NUL; 0 for other types.</param>
    internal static byte[] Encode(DType type, int stringBytes = 0)
    {
        if (type is not DType.String)
            return Array.Find(Numbers, number => number.DType == type).Encoding;
        byte[] text = [FixedText, NulPaddedUtf8, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(4), stringBytes);
        return text;
    }

    /// <summary>Returns the encoding of structures whose fields follow each other without gaps: compound and array types of version
    /// 2.</summary>
    internal static byte[] Encode(IReadOnlyList<Hdf5Field> fields)
    {
        const int compound = 0x26, array = 0x2A;
        StructureBytes type = new();
        type.Byte(compound);
        type.UInt16(fields.Count);
        type.Byte(0);
        type.UInt32(fields.Sum(field => field.Bytes));
        int offset = 0;
        foreach (Hdf5Field field in fields)
        {
            byte[] name = Encoding.UTF8.GetBytes(field.Name);
            type.Bytes(name);
            type.Zeros(8 - (name.Length % 8)); // at least one NUL
            type.UInt32(offset);
            if (!field.Shape.IsEmpty)
            {
                type.Byte(array);
                type.Zeros(3);
                type.UInt32(field.Bytes);
                type.Byte(field.Shape.Length);
                type.Zeros(3);
                foreach (int length in field.Shape)
                    type.UInt32(length);
                type.Zeros(sizeof(int) * field.Shape.Length); // permutations, which are not used
            }
            type.Bytes(Encode(field.DType, field.StringBytes));
            offset += field.Bytes;
        }
        return type.Span.ToArray();
    }

    /// <summary>Returns the size of an element of an encoded type.</summary>
    internal static int BytesOf(ReadOnlySpan<byte> type) => BinaryPrimitives.ReadInt32LittleEndian(type[4..]);

    private static Hdf5ElementType? Find(ReadOnlySpan<byte> content)
    {
        foreach ((DType type, byte[] encoding) in Numbers)
            if (content.StartsWith(encoding))
                return new(type, type.ElementBytes());
        if (content.StartsWith(VariableUtf8) || content.StartsWith(VariableAscii))
            return new(DType.String, 16, IsVariable: true);
        return content is [FixedText, NulPaddedAscii or NulPaddedUtf8, 0, 0, _, _, _, _, ..]
            && BinaryPrimitives.ReadInt32LittleEndian(content[4..]) is > 0 and var bytes
            ? new(DType.String, bytes) : null;
    }

    private static byte[] Integer(byte bytes, bool isSigned) =>
        [0x10, (byte)(isSigned ? 8 : 0), 0, 0, bytes, 0, 0, 0, 0, 0, (byte)(8 * bytes), 0];

    private static Hdf5Exception Unsupported(ReadOnlySpan<byte> content, FileBytes file, long address, string? item)
    {
        StructureReader reader = new(content, file, Structure, address, item);
        byte version = reader.Byte();
        _ = reader.Take(3);
        uint bytes = reader.UInt32();
        return reader.Unsupported($"elements of kind '{((version & 15) < ClassNames.Length ? ClassNames[version & 15] : "unknown")}', "
            + $"{bytes} bytes each, version {version >> 4}: "
            + "expected little-endian numbers, booleans as h5py stores them, or texts padded with NUL");
    }
}
