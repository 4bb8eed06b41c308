namespace Pile.Tables.VoTable;

/// <summary>The primitive types of VOTable (1.5, table 2).</summary>
internal enum VoDatatype
{
    Boolean,
    Bit,
    UnsignedByte,
    Short,
    Int,
    Long,
    Char,
    UnicodeChar,
    Float,
    Double,
    FloatComplex,
    DoubleComplex,
}
