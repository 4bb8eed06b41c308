using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Review;

namespace Pile.Cli.Commands;

/// <summary>Writes a review as JSON: the facts of the page, without its pictures.</summary>
internal static class ReviewJson
{
    internal static void Write(ReviewReport report) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("address", report.Address);
        json.WriteBoolean("accepted", report.IsAccepted);
        json.WritePropertyName("valid");
        if (report.IsValidated)
            json.WriteBooleanValue(report.Validation.IsValid);
        else
            json.WriteNullValue();
        json.WriteBoolean("shards_read", report.IsValidated && report.HasReadShards);
        json.WriteInteger("rows", report.Validation.Rows);
        json.WriteInteger("sample_rows", report.SampleRows);
        json.WriteInteger("sample_rows_values", report.HeavySampleRows);
        json.WriteString("licence", report.Manifest?.Provenance.Licence);
        json.WriteString("citation", report.Manifest?.Provenance.Citation);
        json.WritePropertyName("repeated_positions");
        if (report.RepeatedPositions is { } repeated)
            json.WriteInteger(repeated);
        else
            json.WriteNullValue();
        Array(json, "checks", report.Checks, c =>
        {
            json.WriteString("check", c.Text);
            json.WriteString("result", c.State switch { CheckState.Passed => "passed", CheckState.Note => "look", _ => "blocks" });
            json.WriteString("found", c.Detail);
        });
        Array(json, "findings", report.Validation.Findings, f =>
        {
            json.WriteString("code", f.Code);
            json.WriteString("severity", f.Severity == FindingSeverity.Error ? "error" : "warning");
            json.WriteString("path", f.Path);
            json.WriteString("column", f.Column);
            json.WriteString("message", f.Message);
        });
        Array(json, "suspicious", report.Suspicious, s =>
        {
            json.WriteString("object_id", s.Id);
            json.WriteString("column", s.Column);
            json.WriteString("reason", s.Reason);
            json.WriteString("command", s.Command);
        });
        Array(json, "columns", report.Columns, c =>
        {
            json.WriteString("name", c.Schema.Name);
            json.WriteString("dtype", c.Schema.DType.Name());
            json.WriteString("unit", c.Schema.Unit);
            json.WriteFloat("missing_fraction", c.MissingFraction);
            json.WriteInteger("outliers", c.OutlierCount);
            json.WriteFloat("min", c.Statistics?.Min);
            json.WriteFloat("max", c.Statistics?.Max);
            json.WriteFloat("mean", c.Statistics?.Mean);
            json.WriteFloat("variance", c.Statistics?.Variance);
            Array(json, "undeclared_sentinels", c.Sentinels, s =>
            {
                json.WriteFloat("value", s.Value);
                json.WriteInteger("count", s.Count);
            });
        });
        Array(json, "channels", report.Channels, c =>
        {
            json.WriteString("column", c.Column);
            json.WriteString("band", c.Band);
            json.WriteInteger("count", c.Moments.Count);
            json.WriteFloat("min", c.Moments.Count > 0 ? c.Moments.Min : null);
            json.WriteFloat("max", c.Moments.Count > 0 ? c.Moments.Max : null);
            json.WriteFloat("mean", c.Moments.Mean);
            json.WriteFloat("variance", c.Moments.Variance);
            json.WriteFloat("skewness", c.Moments.Skewness);
            json.WriteFloat("kurtosis", c.Moments.Kurtosis);
            json.WriteFloat("entropy_bits", c.EntropyBits);
        });
        Array(json, "files", report.Files, f =>
        {
            json.WriteString("kind", f.Kind);
            json.WriteInteger("files", f.Files);
            json.WriteInteger("bytes", f.Bytes);
        });
        json.WriteStartArray("missing");
        foreach (string missing in report.Missing)
            json.WriteStringValue(missing);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
