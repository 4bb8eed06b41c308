using System.Text.Json;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Csv;
using Pile.Tables.Text;

namespace Pile.Tables.Ecsv;

/// <summary>The types of arrays of integers and booleans with missing elements, which the header does not declare: they follow from the
/// values, in a set of files from those of all files.</summary>
/// <remarks>A row without any element is null, whatever the type. If single elements are missing, integers become float64, with NaN for
/// the missing ones; integers beyond 2⁵³ and booleans become texts, as they are written, as in JSON Lines.</remarks>
internal sealed class MaskedArrays
{
    private const long LargestExact = 1L << 53;

    private bool hasMissingElements, isInexact;

    /// <summary>Returns the fields with the types that represent all their values, and the kinds of the values of those whose type may
    /// differ from that of another file; of other fields null.</summary>
    /// <param name="fields">The fields as the header declares them.</param>
    /// <param name="given">The types that represent the values of a set of files, by the names of the fields.</param>
    /// <param name="openRows">Opens the rows of the file.</param>
    internal static (IEnumerable<EcsvField> Fields, IEnumerable<TextKinds?> Kinds) Resolve(IReadOnlyList<EcsvField> fields,
        IReadOnlyDictionary<string, DType> given, Func<CsvRecords> openRows)
    {
        MaskedArrays?[] found = [.. fields.Select(field => IsOf(field.Schema) ? new MaskedArrays() : null)];
        if (Array.TrueForAll(found, f => f is null))
            return (fields, fields.Select(_ => (TextKinds?)null));
        using CsvRecords records = openRows();
        while (records.MoveNext())
            for (int i = 0; i < found.Length; i++)
                if (fields[i] is var field && field.Index < records.FieldCount && (field.MaskIndex ?? 0) < records.FieldCount)
                    found[i]?.Add(records.Field(field.Index), field.MaskIndex is { } mask ? records.Field(mask) : []);
        return (
            fields.Select((field, i) => found[i] is null ? field
                : given.TryGetValue(field.Schema.Name, out DType type) ? WithType(field, type)
                : found[i]!.hasMissingElements ? WithType(field, TextColumnProfile.TypeOf(found[i]!.KindsOf(field.Schema))) : field),
            fields.Select((field, i) => HasLargeValues(field.Schema) ? found[i]?.KindsOf(field.Schema) : null));
    }

    /// <summary>Returns whether all elements of an array are missing.</summary>
    internal static bool IsAllMissing(ReadOnlySpan<byte> json) => json.TrimStart("[ "u8).StartsWith("null"u8)
        && Elements(json) is { } all && all.TrueForAll(e => e.IsMissing);

    private static bool IsOf(ColumnSchema schema) =>
        !schema.IsScalar && schema.DType is not (DType.Float32 or DType.Float64 or DType.String);

    // float64, with NaN for missing elements, represents smaller integers without a decision.
    private static bool HasLargeValues(ColumnSchema schema) => schema.DType is DType.Int64 or DType.UInt64 or DType.Bool;

    private void Add(ReadOnlySpan<byte> cell, ReadOnlySpan<byte> mask)
    {
        // Cells that are not arrays are reported when the rows are read.
        if (Elements(cell) is not { } elements)
            return;
        List<Element>? flags = mask.IsEmpty ? null : Elements(mask);
        int missing = 0;
        for (int i = 0; i < elements.Count; i++)
            if (elements[i].IsMissing || (i < flags?.Count && flags[i].IsTrue))
                missing++;
            else
                isInexact |= elements[i].IsInexact;
        hasMissingElements |= missing > 0 && missing < elements.Count;
    }

    private TextKinds KindsOf(ColumnSchema schema) => TextKinds.Element
        | (schema.DType is DType.Bool ? TextKinds.Bool : TextKinds.Integer)
        | (isInexact ? TextKinds.Inexact : TextKinds.None) | (hasMissingElements ? TextKinds.Missing : TextKinds.None);

    private static EcsvField WithType(EcsvField field, DType type)
    {
        ColumnSchema schema = field.Schema;
        if (type is not DType.String)
            return field with { Schema = schema with { DType = type } };
        // Lists of different lengths are kept as JSON; a mask beside them cannot be applied then.
        return schema.IsRagged && field.MaskIndex is not null ? field
            : field with { Schema = schema with { DType = DType.String, Shape = schema.IsRagged ? [] : schema.Shape, Time = null } };
    }

    private static List<Element>? Elements(ReadOnlySpan<byte> json)
    {
        List<Element> elements = [];
        try
        {
            Utf8JsonReader reader = new(json);
            while (reader.Read())
                if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray))
                    elements.Add(new(reader.TokenType is JsonTokenType.Null, reader.TokenType is JsonTokenType.True,
                        reader.TokenType is JsonTokenType.Number && !IsExact(ref reader)));
            return elements;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsExact(ref Utf8JsonReader reader) =>
        CellText.TryParse(reader.ValueSpan, out long value) && value is >= -LargestExact and <= LargestExact;

    private readonly record struct Element(bool IsMissing, bool IsTrue, bool IsInexact);
}
