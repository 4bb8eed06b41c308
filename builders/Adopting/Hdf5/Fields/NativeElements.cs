using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>The types of elements after their conversion to little-endian.</summary>
internal static class NativeElements
{
    /// <summary>Returns the type of converted elements.</summary>
    internal static ForeignType Of(ForeignType type) => !type.IsConverted ? type : new()
    {
        Kind = type.Kind,
        Bytes = type.Bytes,
        IsSigned = type.IsSigned,
        IsUtf8 = type.IsUtf8,
        Padding = type.Padding,
        IsTerminated = type.IsTerminated,
        Base = type.Base,
        Dimensions = type.Dimensions,
        Members = type.Members,
        Names = type.Names,
    };
}
