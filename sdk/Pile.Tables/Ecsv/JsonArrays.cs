using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables.Ecsv;

/// <summary>Parses arrays in the cells of text tables, written as JSON: <c>[1.5,null,3]</c>. A missing element of a float array is
/// NaN.</summary>
internal static partial class JsonArrays
{
    /// <summary>Adds an array as a row.</summary>
    /// <param name="column">The column.</param>
    /// <param name="json">The array.</param>
    /// <param name="isMissing">The elements that a mask marks as missing; empty without a mask.</param>
    /// <returns>False, with nothing added, if the text is not an array of the column's dtype and shape, or if a missing element cannot be
    /// represented.</returns>
    internal static bool TryAdd(ColumnBuilder column, ReadOnlySpan<byte> json, ReadOnlySpan<bool> isMissing) => column switch
    {
        NumberColumnBuilder<bool> c => TryAdd(c, json, isMissing),
        NumberColumnBuilder<sbyte> c => TryAdd(c, json, isMissing),
        NumberColumnBuilder<byte> c => TryAdd(c, json, isMissing),
        NumberColumnBuilder<short> c => TryAdd(c, json, isMissing),
        NumberColumnBuilder<ushort> c => TryAdd(c, json, isMissing),
        NumberColumnBuilder<int> c => TryAdd(c, json, isMissing),
        NumberColumnBuilder<uint> c => TryAdd(c, json, isMissing),
        NumberColumnBuilder<long> c => TryAdd(c, json, isMissing),
        NumberColumnBuilder<ulong> c => TryAdd(c, json, isMissing),
        NumberColumnBuilder<float> c => TryAdd(c, json, isMissing),
        NumberColumnBuilder<double> c => TryAdd(c, json, isMissing),
        TextColumnBuilder c => JsonTexts.TryAddArray(c, json, isMissing),
        _ => false,
    };

    private static bool TryAdd<T>(NumberColumnBuilder<T> column, ReadOnlySpan<byte> json, ReadOnlySpan<bool> isMissing) where T : unmanaged
    {
        ColumnSchema schema = column.Schema;
        int rank = schema.Shape.Length, depth = 0;
        int[] shape = new int[rank], counts = new int[rank];
        Array.Fill(shape, -1);
        List<T> values = [];
        try
        {
            Utf8JsonReader reader = new(json.ContainsAny("NI"u8) ? QuoteWords(json) : json);
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartArray:
                        if (depth == rank)
                            return false;
                        if (depth > 0)
                            counts[depth - 1]++;
                        counts[depth++] = 0;
                        break;
                    case JsonTokenType.EndArray:
                        depth--;
                        if (shape[depth] < 0)
                            shape[depth] = counts[depth];
                        else if (shape[depth] != counts[depth])
                            return false;
                        break;
                    default:
                        if (depth != rank || !TryValue(ref reader, schema.DType, out T value))
                            return false;
                        counts[depth - 1]++;
                        values.Add(value);
                        break;
                }
            }
        }
        catch (JsonException)
        {
            return false;
        }
        for (int axis = 0; axis < rank; axis++)
        {
            shape[axis] = Math.Max(shape[axis], 0);
            if (schema.Shape[axis] != ColumnSchema.Ragged && schema.Shape[axis] != shape[axis])
                return false;
        }
        if (isMissing.Contains(true) && !TryLeaveOut(values, schema.DType, isMissing))
            return false;
        values.CopyTo(schema.IsRagged ? column.AddRow(shape) : column.AddRows(1));
        return true;
    }

    private static bool TryLeaveOut<T>(List<T> values, DType type, ReadOnlySpan<bool> isMissing) where T : unmanaged
    {
        if (!type.IsFloat() || isMissing.Length != values.Count || !CellText.TryParse("nan"u8, out T nan))
            return false;
        for (int i = 0; i < isMissing.Length; i++)
            if (isMissing[i])
                values[i] = nan;
        return true;
    }

    /// <summary>Quotes NaN and Infinity, which Python writes as bare words and JSON does not allow.</summary>
    private static byte[] QuoteWords(ReadOnlySpan<byte> json) =>
        Encoding.UTF8.GetBytes(BareWords().Replace(Encoding.UTF8.GetString(json), "\"$0\""));

    [GeneratedRegex(@"(?<![""\w])-?(NaN|Infinity)(?![""\w])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex BareWords();

    private static bool TryValue<T>(ref Utf8JsonReader reader, DType type, out T value) where T : unmanaged
    {
        value = default;
        return reader.TokenType switch
        {
            JsonTokenType.Null => type.IsFloat() && CellText.TryParse("nan"u8, out value),
            JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => CellText.TryParse(reader.ValueSpan, out value),
            JsonTokenType.String => type.IsFloat() && CellText.TryParse(reader.ValueSpan, out value), // "NaN", "inf"
            _ => false,
        };
    }
}
