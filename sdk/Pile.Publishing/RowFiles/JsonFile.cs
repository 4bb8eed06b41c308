using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>A JSON document: <c>object_id, column, dtype, shape, unit, value</c>, with the value nested according to its shape.</summary>
/// <remarks>NaN is written as null, infinities as the strings <c>Infinity</c> and <c>-Infinity</c>, and integers beyond 2⁵³, which many
/// readers would round, as strings.</remarks>
internal sealed class JsonFile(ColumnSchema schema) : RowFile(schema)
{
    private const long MaxExactInteger = 1L << 53;
    private const int FlushBytes = 1 << 20;

    // The files are read by programs and never embedded in web pages, so letters need no escapes.
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal override string Ending => "json";

    internal override bool WritesNulls => true;

    internal override void Write(string path, RowBatch batch, int row)
    {
        ColumnData column = batch[Schema.Name];
        bool isNull = column.IsNullAt(row);
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write);
        using Utf8JsonWriter json = new(stream, Written);
        json.WriteStartObject();
        json.WritePropertyName(RowFiles.IdColumn);
        Values(batch[RowFiles.IdColumn], row)(json, 0);
        json.WriteString("column", Schema.Name);
        json.WriteString("dtype", column.Schema.DType.Name());
        json.WritePropertyName("shape");
        if (isNull)
            json.WriteNullValue();
        else
        {
            json.WriteStartArray();
            foreach (int length in column.ShapeOf(row))
                json.WriteNumberValue(length);
            json.WriteEndArray();
        }
        json.WriteString("unit", column.Schema.Unit);
        json.WritePropertyName("value");
        if (isNull)
            json.WriteNullValue();
        else
        {
            int next = 0;
            WriteAxis(json, column.ShapeOf(row), Values(column, row), ref next);
        }
        json.WriteEndObject();
    }

    private static void WriteAxis(Utf8JsonWriter json, ReadOnlySpan<int> shape, Action<Utf8JsonWriter, int> write, ref int next)
    {
        if (shape.IsEmpty)
        {
            write(json, next++);
            return;
        }
        json.WriteStartArray();
        for (int i = 0; i < shape[0]; i++)
            WriteAxis(json, shape[1..], write, ref next);
        json.WriteEndArray();
        if (json.BytesPending > FlushBytes)
            json.Flush();
    }

    /// <summary>Returns a function that writes one element of a row, given its number.</summary>
    private static Action<Utf8JsonWriter, int> Values(ColumnData column, int row) => column switch
    {
        ColumnData<bool> c => (json, i) => json.WriteBooleanValue(c.Row(row)[i]),
        ColumnData<sbyte> c => (json, i) => json.WriteNumberValue(c.Row(row)[i]),
        ColumnData<byte> c => (json, i) => json.WriteNumberValue(c.Row(row)[i]),
        ColumnData<short> c => (json, i) => json.WriteNumberValue(c.Row(row)[i]),
        ColumnData<ushort> c => (json, i) => json.WriteNumberValue(c.Row(row)[i]),
        ColumnData<int> c => (json, i) => json.WriteNumberValue(c.Row(row)[i]),
        ColumnData<uint> c => (json, i) => json.WriteNumberValue(c.Row(row)[i]),
        ColumnData<long> c => (json, i) => WriteInteger(json, c.Row(row)[i]),
        ColumnData<ulong> c => (json, i) => WriteInteger(json, c.Row(row)[i]),
        ColumnData<float> c => (json, i) => json.WriteNumber(c.Row(row)[i]),
        ColumnData<double> c => (json, i) => json.WriteNumber(c.Row(row)[i]),
        TextColumnData c => (json, i) => json.WriteStringValue(c.Text(row, i)),
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.Schema.DType, "Unsupported column type."),
    };

    private static void WriteInteger(Utf8JsonWriter json, long value)
    {
        if (value is >= -MaxExactInteger and <= MaxExactInteger)
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteInteger(Utf8JsonWriter json, ulong value)
    {
        if (value <= MaxExactInteger)
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }
}
