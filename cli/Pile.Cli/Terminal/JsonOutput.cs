using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.Format;

namespace Pile.Cli.Terminal;

/// <summary>Writes one JSON document to stdout: integers beyond 2⁵³ as text, NaN as null, infinite numbers as "Infinity" and
/// "-Infinity".</summary>
internal static class JsonOutput
{
    private const long ExactInDouble = 1L << 53;

    internal static void Write(Action<Utf8JsonWriter> body)
    {
        using Stream stdout = CommandStreams.Current.OpenOutput();
        using (Utf8JsonWriter json = new(stdout,
            new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            body(json);
        stdout.Write("\n"u8);
    }

    internal static void WriteInteger(this Utf8JsonWriter json, long value)
    {
        if (value is >= -ExactInDouble and <= ExactInDouble)
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    internal static void WriteInteger(this Utf8JsonWriter json, string key, long value)
    {
        json.WritePropertyName(key);
        json.WriteInteger(value);
    }

    internal static void WriteFloat(this Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNotFinite(value);
    }

    internal static void WriteFloat(this Utf8JsonWriter json, string key, double? value)
    {
        json.WritePropertyName(key);
        json.WriteFloat(value ?? double.NaN);
    }
}
