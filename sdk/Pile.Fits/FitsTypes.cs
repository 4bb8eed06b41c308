using Pile.Format;

namespace Pile.Fits;

/// <summary>Maps dtypes to types of FITS columns.</summary>
internal static class FitsTypes
{
    /// <summary>Returns the FITS type that represents a dtype exactly.</summary>
    internal static FitsType Of(DType type) => type switch
    {
        DType.Bool => FitsType.Bool,
        DType.Int8 => FitsType.Int8,
        DType.UInt8 => FitsType.UInt8,
        DType.Int16 => FitsType.Int16,
        DType.UInt16 => FitsType.UInt16,
        DType.Int32 => FitsType.Int32,
        DType.UInt32 => FitsType.UInt32,
        DType.Int64 => FitsType.Int64,
        DType.UInt64 => FitsType.UInt64,
        DType.Float32 => FitsType.Float32,
        DType.Float64 => FitsType.Float64,
        _ => FitsType.Text,
    };
}
