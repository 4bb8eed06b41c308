using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;

namespace Pile.Tables.VoTable;

/// <summary>A FIELD: one column as the VOTable declares it.</summary>
internal sealed record VoField
{
    private const int ElementsLimit = 1 << 28;

    internal required string Name { get; init; }

    /// <summary>The primitive.</summary>
    internal required VoDatatype Datatype { get; init; }

    /// <summary>arraysize in VOTable's order, the fastest axis first; the last one <see cref="ColumnSchema.Ragged"/> where it ends in a
    /// star.</summary>
    internal ImmutableArray<int> ArraySize { get; init; } = [];

    internal string? Unit { get; init; }

    internal string? Ucd { get; init; }

    internal string? Description { get; init; }

    /// <summary>The value that means null, as VALUES has it.</summary>
    internal string? NullText { get; init; }

    /// <summary>The ID of what the field refers to: a COOSYS, often.</summary>
    internal string? Reference { get; init; }

    internal bool IsText => Datatype is VoDatatype.Char or VoDatatype.UnicodeChar;

    internal bool IsComplex => Datatype is VoDatatype.FloatComplex or VoDatatype.DoubleComplex;

    /// <summary>Whether rows tell their own length.</summary>
    internal bool IsVariable => ArraySize is [.., ColumnSchema.Ragged];

    /// <summary>Characters of one string; 1 for a lone character, <see cref="ColumnSchema.Ragged"/> where a string fills its
    /// cell.</summary>
    internal int Characters => ArraySize.IsEmpty ? 1 : ArraySize is [var length] ? length : IsVariable ? ColumnSchema.Ragged : ArraySize[0];

    /// <summary>The shape of a row: arraysize turned round, without the characters of a string, with the two parts of a complex
    /// number.</summary>
    /// <remarks>Strings in an array of unknown number come as one text, as the cell holds them.</remarks>
    internal ImmutableArray<int> Shape => IsText
        ? ArraySize.Length <= 1 || IsVariable ? [] : [.. ArraySize[1..].Reverse()]
        : [.. ArraySize.Reverse(), .. IsComplex ? [2] : ImmutableArray<int>.Empty];

    /// <summary>The type of an element. Arrays of integers with a null value come as float64, missing elements as NaN, for elements have no
    /// flags of their own.</summary>
    internal DType DType => Datatype switch
    {
        VoDatatype.Boolean or VoDatatype.Bit => DType.Bool,
        VoDatatype.Char or VoDatatype.UnicodeChar => DType.String,
        VoDatatype.Float or VoDatatype.FloatComplex => DType.Float32,
        VoDatatype.Double or VoDatatype.DoubleComplex => DType.Float64,
        VoDatatype.Long => DType.Int64,
        _ when NullText is not null && !Shape.IsEmpty => DType.Float64,
        VoDatatype.UnsignedByte => DType.UInt8,
        VoDatatype.Short => DType.Int16,
        _ => DType.Int32,
    };

    /// <summary>The column that the field becomes.</summary>
    internal ColumnSchema ToSchema(string name, bool isNullable) => new()
    {
        Name = name,
        DType = DType,
        Shape = Shape,
        Unit = Unit,
        Ucd = Ucd,
        Description = Description,
        Nullable = isNullable || NullText is not null || Datatype is VoDatatype.Boolean,
        StringBytes = Datatype is VoDatatype.Char && Characters > 0 ? Characters : 0,
    };

    /// <summary>Finds a primitive by its name, also by the wrong names that real files use.</summary>
    internal static VoDatatype? ParseDatatype(string? word) => word?.Trim() switch
    {
        "boolean" => VoDatatype.Boolean,
        "bit" => VoDatatype.Bit,
        "unsignedByte" or "byte" => VoDatatype.UnsignedByte,
        "short" or "int16" => VoDatatype.Short,
        "int" or "unsignedShort" or "int32" or "integer" => VoDatatype.Int,
        "long" or "unsignedInt" or "int64" => VoDatatype.Long,
        "char" or "string" => VoDatatype.Char,
        "unicodeChar" or "unicodeString" => VoDatatype.UnicodeChar,
        "float" or "float32" => VoDatatype.Float,
        "double" or "float64" => VoDatatype.Double,
        "floatComplex" => VoDatatype.FloatComplex,
        "doubleComplex" => VoDatatype.DoubleComplex,
        _ => null,
    };

    /// <summary>Reads an arraysize: <c>3</c>, <c>*</c>, <c>8*</c> (at most 8), <c>2x3</c>, <c>2x3x*</c>.</summary>
    /// <returns>False when it is none, or asks for more than 2²⁸ elements.</returns>
    internal static bool TryParseArraySize(string? text, out ImmutableArray<int> sizes)
    {
        sizes = [];
        if (string.IsNullOrWhiteSpace(text) || text.Trim() == "1")
            return true;
        string[] parts = text.Trim().Split('x');
        ImmutableArray<int>.Builder builder = ImmutableArray.CreateBuilder<int>(parts.Length);
        long elements = 1;
        for (int i = 0; i < parts.Length; i++)
        {
            if (i == parts.Length - 1 && parts[i].EndsWith('*'))
                builder.Add(ColumnSchema.Ragged);
            else if (int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                && (elements *= length) <= ElementsLimit)
                builder.Add(length);
            else
                return false;
        }
        sizes = builder.DrainToImmutable();
        return true;
    }
}
