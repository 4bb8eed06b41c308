using System.Buffers.Binary;
using System.Collections.Immutable;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>The type of a field of an HDF5 file, as a type of Pile.</summary>
/// <param name="Kind">How its elements become values.</param>
/// <param name="DType">The dtype of the values.</param>
/// <param name="Element">The type of one element in the file; of one reference for texts and sequences in the heap.</param>
/// <param name="Axes">The axes of an array type; the variable axis of a sequence.</param>
internal sealed record FieldType(FieldKind Kind, DType DType, ForeignType Element, ImmutableArray<int> Axes)
{
    /// <summary>Why values of the type cannot be adopted; null if they can.</summary>
    internal string? Obstacle { get; init; }

    /// <summary>True if the numbers in the file are of a smaller type that Pile does not have.</summary>
    internal bool IsWidened { get; init; }

    /// <summary>The names of the codes of an enumeration.</summary>
    internal ImmutableArray<CategorySchema> Categories { get; init; } = [];

    /// <summary>Returns the type of Pile that corresponds to a type.</summary>
    internal static FieldType Of(ForeignType type)
    {
        ImmutableArray<int>.Builder axes = ImmutableArray.CreateBuilder<int>();
        ForeignType element = type;
        for (; element.Kind is ForeignTypeKind.Array; element = element.Base!)
            axes.AddRange(element.Dimensions);
        FieldType found = element.Kind switch
        {
            ForeignTypeKind.Integer or ForeignTypeKind.BitField => Integer(element, element),
            ForeignTypeKind.Float => Float(element),
            ForeignTypeKind.Enumeration => Enumeration(element),
            ForeignTypeKind.Text => new(FieldKind.Text, DType.String, element, []),
            ForeignTypeKind.VariableText => new(FieldKind.VariableText, DType.String, element, []),
            ForeignTypeKind.Sequence => Sequence(element),
            _ => Unsupported(element, element.Obstacle ?? $"values of type {element.Kind.ToString().ToLowerInvariant()} are not adopted"),
        };
        if (axes.Count > 0 && found.Kind is FieldKind.VariableText or FieldKind.Sequence && found.Obstacle is null)
            found = Unsupported(element, "arrays of elements of variable length are not adopted");
        return axes.Count is 0 ? found : found with { Axes = [.. axes, .. found.Axes] };
    }

    private static FieldType Integer(ForeignType element, ForeignType value) => value.Obstacle is { } obstacle
        ? Unsupported(element, obstacle) : (value.Bytes, value.IsSigned) switch
        {
            (1, true) => new(FieldKind.Number, DType.Int8, element, []),
            (1, false) => new(FieldKind.Number, DType.UInt8, element, []),
            (2, true) => new(FieldKind.Number, DType.Int16, element, []),
            (2, false) => new(FieldKind.Number, DType.UInt16, element, []),
            (4, true) => new(FieldKind.Number, DType.Int32, element, []),
            (4, false) => new(FieldKind.Number, DType.UInt32, element, []),
            (8, true) => new(FieldKind.Number, DType.Int64, element, []),
            (8, false) => new(FieldKind.Number, DType.UInt64, element, []),
            _ => Unsupported(element, $"integers of {value.Bytes} bytes are not adopted"),
        };

    private static FieldType Float(ForeignType element) => element.Obstacle is { } obstacle ? Unsupported(element, obstacle)
        : new(FieldKind.Number, element.Bytes is 8 ? DType.Float64 : DType.Float32, element, []) { IsWidened = element.Bytes is 2 };

    private static FieldType Enumeration(ForeignType element)
    {
        FieldType integer = Integer(element, element.Base!);
        if (integer.Obstacle is not null)
            return integer;
        ImmutableArray<CategorySchema> names =
            [.. element.Names.Select(name => new CategorySchema(CodeOf(integer.DType, element.IsBigEndian, name.Value.Span),
                ForeignName.Legible(name.Name))).OrderBy(category => category.Code)];
        bool isBool = integer.DType is DType.Int8 or DType.UInt8
            && names is [{ Code: 0, Name: var no }, { Code: 1, Name: var yes }]
            && no.Equals("FALSE", StringComparison.OrdinalIgnoreCase) && yes.Equals("TRUE", StringComparison.OrdinalIgnoreCase);
        if (isBool)
            return integer with { DType = DType.Bool };
        bool hasUniqueCodes = names.Select(category => category.Code).Distinct().Count() == names.Length;
        return hasUniqueCodes ? integer with { Categories = names } : integer;
    }

    private static FieldType Sequence(ForeignType element)
    {
        FieldType values = Of(element.Base!);
        return values.Obstacle is { } obstacle ? Unsupported(element, $"sequences of {element.Base}: {obstacle}")
            : values is { Kind: FieldKind.Number, Axes: [], IsWidened: false }
                ? new(FieldKind.Sequence, values.DType, element, [ColumnSchema.Ragged])
                : Unsupported(element, $"sequences of {element.Base} are not adopted");
    }

    private static FieldType Unsupported(ForeignType element, string obstacle) =>
        new(FieldKind.Number, DType.UInt8, element, []) { Obstacle = obstacle };

    private static long CodeOf(DType type, bool isBigEndian, ReadOnlySpan<byte> stored)
    {
        Span<byte> bytes = stackalloc byte[8];
        stored.CopyTo(bytes);
        if (isBigEndian)
            bytes[..stored.Length].Reverse();
        long code = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        int unused = 64 - (8 * stored.Length);
        return type is DType.Int8 or DType.Int16 or DType.Int32 ? code << unused >> unused : code;
    }
}
