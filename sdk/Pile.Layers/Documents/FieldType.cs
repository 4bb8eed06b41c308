using System.Diagnostics.CodeAnalysis;
using Pile.Format;

namespace Pile.Layers;

/// <summary>The type of a field.</summary>
/// <param name="Kind">What its values are.</param>
/// <param name="Element">The type of a scalar, or of the elements of a list; of other kinds the type of the column when read.</param>
/// <param name="Members">What boxes have beside their sides.</param>
internal readonly record struct FieldType(FieldKind Kind, DType Element, BoxMembers Members = BoxMembers.None)
{
    private const string ListPrefix = "list<";

    internal static FieldType Time => new(FieldKind.Time, DType.Float64);

    internal static FieldType Label => new(FieldKind.Label, DType.Int32);

    internal static FieldType Blob => new(FieldKind.Blob, DType.String);

    internal static FieldType BoxesOf(BoxMembers members) => new(FieldKind.Box, DType.Float64, members);

    internal static FieldType Of(DType type) => new(FieldKind.Scalar, type);

    internal static FieldType ListOf(DType type) => new(FieldKind.List, type);

    /// <summary>The types by their names, for messages.</summary>
    internal static string Known => "bool, int8 to int64, uint8 to uint64, float32, float64, string, list<…> of these, time, label, "
        + "blob and box";

    /// <summary>The type of the column of a patch, in DuckDB's SQL.</summary>
    internal string PatchSql => Kind switch
    {
        FieldKind.List => $"{Element.SqlName()}[]",
        FieldKind.Time => "TIMESTAMP",
        FieldKind.Label => "VARCHAR",
        FieldKind.Blob => BlobReference.PatchSql,
        FieldKind.Box => StructOf("VARCHAR"),
        _ => Element.SqlName(),
    };

    /// <summary>Returns SQL of the text of a value. All NaNs have one text: DuckDB writes the sign bit of a NaN, which has no meaning.
    /// Lists of texts are JSON, in which each text is in quotes.</summary>
    /// <param name="value">SQL of a value of this type.</param>
    internal string TextSql(string value) => Kind switch
    {
        FieldKind.List when Element is DType.String => $"to_json({value})::VARCHAR",
        _ when !Element.IsFloat() => $"{value}::VARCHAR",
        FieldKind.Scalar => $"(CASE WHEN isnan({value}) THEN 'NaN' ELSE {value}::VARCHAR END)",
        FieldKind.List => $"list_transform({value}, lambda e: (CASE WHEN isnan(e) THEN 'NaN' ELSE e::VARCHAR END))::VARCHAR",
        _ => $"{value}::VARCHAR",
    };

    /// <summary>True for lists of texts.</summary>
    internal bool IsOfTexts => Kind is FieldKind.List && Element is DType.String;

    /// <summary>True for numbers and lists of numbers.</summary>
    internal bool IsOfNumbers => Kind is FieldKind.Scalar or FieldKind.List && Element is not (DType.Bool or DType.String);

    /// <summary>Returns SQL of a text that is the same for equal numbers of two types.</summary>
    /// <param name="value">SQL of a value of this type.</param>
    /// <param name="other">The type of the other value: numbers as this one, scalars or lists.</param>
    internal string ComparableSql(string value, FieldType other)
    {
        bool isFloat = Element.IsFloat(), isBesideFloat = other.Element.IsFloat();
        return Kind is FieldKind.List ? $"list_transform({value}, lambda e: {Text("e")})::VARCHAR" : Text(value);

        // The cast of an integer beyond 2⁵³ to DOUBLE rounds; that of a float without decimals to HUGEINT is exact.
        string Text(string number) => !isFloat ? $"{number}::VARCHAR" : $"(CASE WHEN isnan({number}) THEN 'NaN' "
            + (isBesideFloat ? "" : $"WHEN TRY_CAST({number} AS HUGEINT)::DOUBLE = {number}::DOUBLE "
                + $"THEN TRY_CAST({number} AS HUGEINT)::VARCHAR ")
            + $"ELSE {number}::DOUBLE::VARCHAR END)";
    }

    // Compares the numbers: comparers of enumerations are compiled when a process first uses them.
    public bool Equals(FieldType other) => Kind == other.Kind && Element == other.Element && Members == other.Members;

    public override int GetHashCode() => HashCode.Combine((int)Kind, (int)Element, (int)Members);

    /// <summary>Parses the name of a type.</summary>
    internal static bool TryParse(string name, [NotNullWhen(true)] out FieldType? type)
    {
        type = name switch
        {
            "time" => Time,
            "label" => Label,
            "blob" => Blob,
            "box" => BoxesOf(BoxMembers.None),
            "box<class>" => BoxesOf(BoxMembers.Class),
            "box<score>" => BoxesOf(BoxMembers.Score),
            "box<class,score>" => BoxesOf(BoxMembers.Class | BoxMembers.Score),
            _ when name.StartsWith(ListPrefix, StringComparison.Ordinal) && name.EndsWith('>')
                && DTypes.TryParse(name[ListPrefix.Length..^1], out DType element) => ListOf(element),
            _ when DTypes.TryParse(name, out DType scalar) => Of(scalar),
            _ => null,
        };
        return type is not null;
    }

    /// <summary>Returns the narrowest type that represents every value of two types.</summary>
    /// <returns>False if no type represents them all.</returns>
    internal static bool TryWiden(FieldType a, FieldType b, out FieldType wider)
    {
        wider = a;
        if (a == b)
            return true;
        if (a.Kind != b.Kind || a.Kind is not (FieldKind.Scalar or FieldKind.List) || !DTypes.TryPromote(a.Element, b.Element,
            out DType element))
            return false;
        wider = a with { Element = element };
        return true;
    }

    /// <summary>Returns the type of boxes in SQL: a list for each member.</summary>
    /// <param name="classSql">The type of the class of a box.</param>
    internal string StructOf(string classSql) =>
        $"STRUCT({string.Join(", ", Box.NamesOf(Members).Select(m => $"\"{m}\" {(m == Box.ClassName ? classSql : "DOUBLE")}[]"))})";

    /// <summary>Returns the name in commits and messages.</summary>
    public override string ToString() => Kind switch
    {
        FieldKind.List => $"{ListPrefix}{Element.Name()}>",
        FieldKind.Time => "time",
        FieldKind.Label => "label",
        FieldKind.Blob => "blob",
        FieldKind.Box => Members == BoxMembers.None ? "box" : $"box<{string.Join(',', Box.NamesOf(Members).Skip(Box.Sides.Length))}>",
        _ => Element.Name(),
    };
}
