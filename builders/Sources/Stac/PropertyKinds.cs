using Pile.Format;

namespace Pile.Builders.Sources.Stac;

/// <summary>The kinds of values that a property of documents has.</summary>
[Flags]
internal enum PropertyKinds
{
    /// <summary>No value.</summary>
    None = 0,

    /// <summary>True or false.</summary>
    Bool = 1,

    /// <summary>Integers of 32 bits.</summary>
    Int32 = 2,

    /// <summary>Integers of 64 bits that 32 bits cannot represent.</summary>
    Int64 = 4,

    /// <summary>Numbers with a fraction or an exponent.</summary>
    Float = 8,

    /// <summary>Text, lists and objects.</summary>
    Text = 16,
}

/// <summary>The dtypes of kinds of values.</summary>
internal static class PropertyKindsExtensions
{
    /// <summary>Returns the dtype that represents values of all these kinds exactly; null if only text does.</summary>
    /// <remarks>Integers of 32 bits are a dtype of their own, because the writer can widen it to both int64 and float64 when another file
    /// has such values.</remarks>
    internal static DType? DTypeOf(this PropertyKinds kinds) => kinds switch
    {
        PropertyKinds.Bool => DType.Bool,
        PropertyKinds.Int32 => DType.Int32,
        PropertyKinds.Int64 or (PropertyKinds.Int32 | PropertyKinds.Int64) => DType.Int64,
        PropertyKinds.Float or (PropertyKinds.Int32 | PropertyKinds.Float) => DType.Float64,
        PropertyKinds.Text => DType.String,
        _ => null,
    };
}
