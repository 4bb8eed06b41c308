using System.Collections.Immutable;
using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Review;

namespace Pile.Cli.Commands;

/// <summary>Writes the differences of two datasets as JSON, without a limit of their number except for the examples of rows.</summary>
internal static class DiffJson
{
    internal static void Write(Dataset a, Dataset b, DiffReport report) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("a", Redaction.Apply(a.Address));
        json.WriteString("b", Redaction.Apply(b.Address));
        json.WriteBoolean("equal", report.AreEqual);
        WriteProperties(json, "identity", report.Identity);
        json.WriteStartArray("schema");
        foreach (SchemaDifference difference in report.Schema)
        {
            json.WriteStartObject();
            json.WriteString("kind", difference.Kind);
            json.WriteString("name", difference.Name);
            json.WriteString("change", difference.Change);
            json.WriteString("property", difference.Property);
            json.WriteString("a", difference.A);
            json.WriteString("b", difference.B);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteProperties(json, "provenance", report.Provenance);
        WriteRows(json, report.Rows);
        json.WriteStartArray("statistics");
        foreach (StatisticDifference difference in report.Statistics)
        {
            json.WriteStartObject();
            json.WriteString("column", difference.Column);
            json.WriteString("statistic", difference.Statistic);
            WriteStatistic(json, "a", difference.A);
            WriteStatistic(json, "b", difference.B);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteProperties(json, "layout", report.Layout);
        json.WriteStartArray("notes");
        foreach (string note in report.Notes)
            json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteRows(Utf8JsonWriter json, RowSummary rows)
    {
        json.WriteStartObject("rows");
        json.WriteInteger("added", rows.Added);
        json.WriteInteger("removed", rows.Removed);
        json.WriteInteger("changed", rows.Changed);
        json.WriteInteger("unchanged", rows.Unchanged);
        json.WriteStartObject("changed_by_column");
        foreach ((string column, long count) in rows.ChangedByColumn)
            json.WriteInteger(column, count);
        json.WriteEndObject();
        json.WriteStartArray("examples");
        foreach (RowExample example in rows.Examples)
        {
            json.WriteStartObject();
            json.WritePropertyName("object_id");
            if (example.Id.IsText)
                json.WriteStringValue(example.Id.Text);
            else
                json.WriteInteger(example.Id.Number);
            json.WriteString("change", example.Change.ToString().ToLowerInvariant());
            json.WriteStartArray("columns");
            foreach (string column in example.Columns)
                json.WriteStringValue(column);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter json, string name, ImmutableArray<PropertyDifference> differences)
    {
        json.WriteStartArray(name);
        foreach (PropertyDifference difference in differences)
        {
            json.WriteStartObject();
            json.WriteString("property", difference.Property);
            json.WriteString("a", difference.A);
            json.WriteString("b", difference.B);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteStatistic(Utf8JsonWriter json, string name, StatisticValue value)
    {
        if (value.Text is { } text)
            json.WriteString(name, text);
        else
            json.WriteFloat(name, value.Number);
    }
}
