namespace Pile.Format;

/// <summary>The element types of columns, on disk and in memory.</summary>
public enum DType
{
    /// <summary>True or false; in HDF5 h5py's enumeration over int8 {FALSE, TRUE}, in memory one byte.</summary>
    Bool,

    /// <summary>8-bit signed integer.</summary>
    Int8,

    /// <summary>8-bit unsigned integer.</summary>
    UInt8,

    /// <summary>16-bit signed integer.</summary>
    Int16,

    /// <summary>16-bit unsigned integer.</summary>
    UInt16,

    /// <summary>32-bit signed integer.</summary>
    Int32,

    /// <summary>32-bit unsigned integer.</summary>
    UInt32,

    /// <summary>64-bit signed integer.</summary>
    Int64,

    /// <summary>64-bit unsigned integer.</summary>
    UInt64,

    /// <summary>IEEE 754 single precision.</summary>
    Float32,

    /// <summary>IEEE 754 double precision.</summary>
    Float64,

    /// <summary>UTF-8 text; in HDF5 of fixed length, padded with NUL.</summary>
    String,
}
