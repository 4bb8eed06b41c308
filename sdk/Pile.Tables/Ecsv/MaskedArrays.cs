using System.Text.Json;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Csv;

namespace Pile.Tables.Ecsv;

/// <summary>The types of arrays of integers and booleans with missing elements, which the header does not declare: they follow from the
/// values.</summary>
/// <remarks>A row without any element is null, whatever the type. If single elements are missing, integers become float64, with NaN for
/// the missing ones; integers beyond 2⁵³ and booleans become texts, as they are written, as in JSON Lines.</remarks>
internal sealed class MaskedArrays
{
    private const long LargestExact = 1L << 53;

    private bool hasMissingElements, isInexact;

    /// <summary>Returns the fields with the types that represent all their values.</summary>
    /// <param name="fields">The fields as the header declares them.</param>
    /// <param name="openRows">Opens the rows of the file.</param>
    internal static IEnumerable<EcsvField> Resolve(IReadOnlyList<EcsvField> fields, Func<CsvRecords> openRows)
    {
        MaskedArrays?[] found = [.. fields.Select(field => IsOf(field.Schema) ? new MaskedArrays() : null)];
        if (Array.TrueForAll(found, f => f is null))
            return fields;
        using CsvRecords records = openRows();
        while (records.MoveNext())
            for (int i = 0; i < found.Length; i++)
                if (fields[i] is var field && field.Index < records.FieldCount && (field.MaskIndex ?? 0) < records.FieldCount)
                    found[i]?.Add(records.Field(field.Index), field.MaskIndex is { } mask ? records.Field(mask) : []);
        return fields.Select((field, i) => found[i] is { hasMissingElements: true } f ? f.Resolve(field) : field);
    }

    /// <summary>Returns whether all elements of an array are missing.</summary>
    internal static bool IsAllMissing(ReadOnlySpan<byte> json) => json.TrimStart("[ "u8).StartsWith("null"u8)
        && Elements(json) is { } all && all.TrueForAll(e => e.IsMissing);

    private static bool IsOf(ColumnSchema schema) =>
        !schema.IsScalar && schema.DType is not (DType.Float32 or DType.Float64 or DType.String);

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

    private EcsvField Resolve(EcsvField field)
    {
        ColumnSchema schema = field.Schema;
        if (schema.DType is not DType.Bool && !isInexact)
            return field with { Schema = schema with { DType = DType.Float64 } };
        // Lists of different lengths are kept as JSON, as those of texts are; a mask beside them cannot be applied then.
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
