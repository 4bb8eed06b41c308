using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables.VoTable;

/// <summary>A FIELD: one column as declared in the VOTable.</summary>
internal sealed record VoField
{
    private const int ElementsLimit = 1 << 28;

    internal required string Name { get; init; }

    /// <summary>The primitive type.</summary>
    internal required VoDatatype Datatype { get; init; }

    /// <summary>The arraysize in VOTable's order, with the fastest axis first; the last one is <see cref="ColumnSchema.Ragged"/> if it ends
    /// in an asterisk.</summary>
    internal ImmutableArray<int> ArraySize { get; init; } = [];

    internal string? Unit { get; init; }

    internal string? Ucd { get; init; }

    internal string? Description { get; init; }

    /// <summary>The VALUES, as they are in the file; <see cref="NullText"/> and <see cref="Categories"/> follow from them.</summary>
    internal IReadOnlyList<VoValues> Values { get; init; } = [];

    /// <summary>The names of integers, from the OPTIONs of VALUES; empty for none.</summary>
    internal ImmutableArray<CategorySchema> Categories { get; init; } = [];

    /// <summary>The value that means null, from VALUES.</summary>
    internal string? NullText { get; init; }

    /// <summary>The ID of the element the field refers to, often a COOSYS.</summary>
    internal string? Reference { get; init; }

    /// <summary>The ID of the field, by which a FIELDref of a GROUP refers to it.</summary>
    internal string? Id { get; init; }

    /// <summary>The missing elements of an array of 64-bit integers, after the rows were read once; null for other fields.</summary>
    internal MissingElements? Missing { get; init; }

    internal bool IsText => Datatype is VoDatatype.Char or VoDatatype.UnicodeChar;

    internal bool IsComplex => Datatype is VoDatatype.FloatComplex or VoDatatype.DoubleComplex;

    /// <summary>True if each row specifies its own length.</summary>
    internal bool IsVariable => ArraySize is [.., ColumnSchema.Ragged];

    /// <summary>The number of characters of one string; 1 for a single character, <see cref="ColumnSchema.Ragged"/> if a string fills its
    /// cell.</summary>
    internal int Characters => ArraySize.IsEmpty ? 1 : ArraySize is [var length] ? length
        : IsVariable && !IsList ? ColumnSchema.Ragged : ArraySize[0];

    /// <summary>True for a list of strings of equal length: <c>3x*</c>.</summary>
    internal bool IsList => IsText && ArraySize is [> 0, ColumnSchema.Ragged];

    /// <summary>The shape of a row: the reversed arraysize, without the characters of a string, with the two parts of a complex
    /// number.</summary>
    /// <remarks>Strings with several axes whose number is unknown are read as one text, as it is in the cell.</remarks>
    internal ImmutableArray<int> Shape => IsList ? [ColumnSchema.Ragged] : IsText
        ? ArraySize.Length <= 1 || IsVariable ? [] : [.. ArraySize[1..].Reverse()]
        : [.. ArraySize.Reverse(), .. IsComplex ? [2] : ImmutableArray<int>.Empty];

    /// <summary>The type of an element. Arrays of integers with a null value are read as float64, with NaN for missing elements, because
    /// elements have no null flags; those of 64 bits only if single elements are missing, and float64 represents all others.</summary>
    internal DType DType => Datatype switch
    {
        VoDatatype.Boolean or VoDatatype.Bit => DType.Bool,
        VoDatatype.Char or VoDatatype.UnicodeChar => DType.String,
        VoDatatype.Float or VoDatatype.FloatComplex => DType.Float32,
        VoDatatype.Double or VoDatatype.DoubleComplex => DType.Float64,
        VoDatatype.Long => Missing is { NeedsFloat: true } ? DType.Float64 : DType.Int64,
        _ when NullText is not null && !Shape.IsEmpty => DType.Float64,
        VoDatatype.UnsignedByte => DType.UInt8,
        VoDatatype.Short => DType.Int16,
        _ => DType.Int32,
    };

    /// <summary>Returns the schema of the column for the field.</summary>
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
        Categories = DType.IsInteger() && Shape.IsEmpty ? Categories : [],
    };

    /// <summary>Returns the primitive type of a name, including the wrong names that real files use.</summary>
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

    /// <summary>Parses an arraysize: <c>3</c>, <c>*</c>, <c>8*</c> (at most 8), <c>2x3</c>, <c>2x3x*</c>.</summary>
    /// <returns>False if the text is not an arraysize, or has more than 2²⁸ elements.</returns>
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
