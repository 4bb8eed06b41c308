using System.Buffers.Binary;
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
