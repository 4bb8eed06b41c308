using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pile.CrossMatch;

/// <summary>Writes a certificate as JSON: <c>format-spec/certificate.schema.json</c>.</summary>
internal static class CertificateJson
{
    private const int Digits = 9;

    /// <summary>Returns the short form in one line: without the record and without the curves.</summary>
    internal static string Short(MatchCertificate certificate) => Text(certificate, isFull: false, isIndented: false);

    /// <summary>Returns the complete document.</summary>
    internal static string Full(MatchCertificate certificate) => Text(certificate, isFull: true, isIndented: true);

    /// <summary>Writes the short form.</summary>
    internal static void WriteShort(Utf8JsonWriter json, MatchCertificate certificate) => Write(json, certificate, isFull: false);

    private static string Text(MatchCertificate certificate, bool isFull, bool isIndented)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text,
            new JsonWriterOptions { Indented = isIndented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(json, certificate, isFull);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, MatchCertificate certificate, bool isFull)
    {
        json.WriteStartObject();
        json.WriteNumber("certificate_version", MatchCertificate.FormatVersion);
        if (isFull)
            WriteTexts(json, "match", certificate.Record);
        json.WriteStartObject("rows_by_join");
        foreach ((string join, long rows) in certificate.RowsOfJoins)
            json.WriteNumber(join, rows);
        json.WriteEndObject();
        json.WriteStartObject("without");
        Write(json, "a", certificate.MissingA);
        Write(json, "b", certificate.MissingB);
        json.WriteEndObject();
        json.WriteStartObject("partners");
        Write(json, "a", certificate.PartnersOfA);
        Write(json, "b", certificate.PartnersOfB);
        json.WriteEndObject();
        Write(json, certificate.Offset);
        Write(json, certificate.Chance, certificate.Curve);
        if (isFull)
            Write(json, certificate.Curve);
        WriteTexts(json, "absent", certificate.Absent);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string key, MissingValues? missing)
    {
        if (missing is null)
            return;
        json.WriteStartObject(key);
        json.WriteNumber("position", missing.Position);
        foreach ((string name, long? rows) in new[] { ("motion", missing.Motion), ("epoch", missing.Epoch), ("error", missing.Error) })
            if (rows is { } number)
                json.WriteNumber(name, number);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string key, Multiplicity? partners)
    {
        if (partners is not { } rows)
            return;
        json.WriteStartObject(key);
        json.WriteNumber("one", rows.One);
        json.WriteNumber("two", rows.Two);
        json.WriteNumber("three", rows.Three);
        json.WriteNumber("more", rows.More);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, OffsetSummary? offset)
    {
        if (offset is null)
        {
            json.WriteNull("offset");
            return;
        }
        json.WriteStartObject("offset");
        json.WriteNumber("pairs", offset.Pairs);
        Write(json, "ra_cos_dec_arcsec", offset.EastArcsec);
        Write(json, "dec_arcsec", offset.NorthArcsec);
        Write(json, "ra_cos_dec_error_arcsec", offset.EastErrorArcsec);
        Write(json, "dec_error_arcsec", offset.NorthErrorArcsec);
        Write(json, "ra_cos_dec_scatter_arcsec", offset.EastScatterArcsec);
        Write(json, "dec_scatter_arcsec", offset.NorthScatterArcsec);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ChanceLevel? chance, RadiusCurve? curve)
    {
        if (chance is null || curve is null)
        {
            json.WriteNull("chance");
            return;
        }
        json.WriteStartObject("chance");
        Write(json, "pairs_per_row", chance.PairsPerRow);
        Write(json, "pairs_per_row_95", chance.PairsPerRow95);
        Write(json, "rows_with_partner", chance.PartnerFraction);
        Write(json, "pairs", curve.AllChancePairs);
        Write(json, "pairs_95", chance.Pairs95(curve.AllChancePairs));
        Write(json, "contamination", curve.Contamination[^1]);
        json.WriteNumber("rows_in_footprint", chance.RowsInFootprint);
        json.WriteNumber("sampled_rows", chance.SampledRows);
        json.WriteNumber("runs", chance.Runs);
        json.WriteNumber("shifts", chance.PairsOfShifts.Length);
        Write(json, "shift_arcsec", (chance.LeastShiftArcsec, chance.LargestShiftArcsec));
        json.WriteNumber("pairs_found", chance.Pairs);
        Write(json, "dispersion", chance.Dispersion);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RadiusCurve? curve)
    {
        if (curve is null)
        {
            json.WriteNull("radius");
            return;
        }
        json.WriteStartObject("radius");
        Write(json, "radius_arcsec", curve.RadiusArcsec);
        json.WriteStartArray("pairs");
        foreach (long pairs in curve.Pairs)
            json.WriteNumberValue(pairs);
        json.WriteEndArray();
        Write(json, "chance_pairs", curve.ChancePairs);
        Write(json, "completeness", curve.Completeness);
        Write(json, "contamination", curve.Contamination);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string key, IEnumerable<KeyValuePair<string, string>> texts)
    {
        json.WriteStartObject(key);
        foreach ((string name, string text) in texts)
            json.WriteString(name, text);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string key, (double Low, double High) interval) =>
        Write(json, key, [interval.Low, interval.High]);

    private static void Write(Utf8JsonWriter json, string key, double[] values)
    {
        json.WriteStartArray(key);
        foreach (double value in values)
            Write(json, value);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string key, double value)
    {
        json.WritePropertyName(key);
        Write(json, value);
    }

    private static void Write(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(Math.Round(value, Digits));
        else
            json.WriteNullValue();
    }
}
