namespace Pile.Hdf5;

/// <summary>Reads the type of floating-point numbers: those of IEEE 754 with 16, 32 and 64 bits have values that can be read.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.2.d (class 1).</remarks>
internal static class FloatType
{
    internal static ForeignType Read(ref StructureReader reader, int size, bool isBigEndian, bool isVax)
    {
        (int offset, int precision) = (reader.UInt16(), reader.UInt16());
        (int exponentAt, int exponentBits, int mantissaAt, int mantissaBits) = (reader.Byte(), reader.Byte(), reader.Byte(), reader.Byte());
        uint bias = reader.UInt32();
        bool isIeee = !isVax && (size, offset, precision, mantissaAt) == (size, 0, 8 * size, 0)
            && (size, exponentAt, exponentBits, mantissaBits, bias) is (2, 10, 5, 10, 15) or (4, 23, 8, 23, 127) or (8, 52, 11, 52, 1023);
        return new()
        {
            Kind = ForeignTypeKind.Float,
            Bytes = size,
            IsBigEndian = isBigEndian,
            IsConverted = isBigEndian,
            Obstacle = isIeee ? null : $"floating-point numbers of {size} bytes with an exponent of {exponentBits} bits and a mantissa of "
                + $"{mantissaBits} bits are not read",
        };
    }
}
