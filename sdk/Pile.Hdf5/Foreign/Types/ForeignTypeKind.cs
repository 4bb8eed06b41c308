namespace Pile.Hdf5;

/// <summary>The classes of types, with the numbers that HDF5 stores.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.2.d (datatype).</remarks>
internal enum ForeignTypeKind
{
    Integer = 0,
    Float = 1,
    Time = 2,
    Text = 3,
    BitField = 4,
    Opaque = 5,
    Compound = 6,
    Reference = 7,
    Enumeration = 8,

    /// <summary>A sequence of variable length.</summary>
    Sequence = 9,
    Array = 10,
    Complex = 11,

    /// <summary>A text of variable length: stored as class 9, as sequences.</summary>
    VariableText = 100,
}
