using System.Globalization;
using System.Text.Json;

namespace Pile.Stac;

internal static partial class StacItemWriter
{
    // Names before STAC 0.9, and of EO3, and what they are called since.
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["eo:platform"] = "platform",
        ["eo:constellation"] = "constellation",
        ["eo:instrument"] = "instruments",
        ["instrument"] = "instruments",
        ["eo:gsd"] = "gsd",
        ["eo:off_nadir"] = "view:off_nadir",
        ["eo:azimuth"] = "view:azimuth",
        ["eo:sun_azimuth"] = "view:sun_azimuth",
        ["eo:sun_elevation"] = "view:sun_elevation",
        ["eo:epsg"] = "proj:epsg",
        ["dtr:start_datetime"] = "start_datetime",
        ["dtr:end_datetime"] = "end_datetime",
    };

    /// <summary>Returns the name of a property since STAC 0.9.</summary>
    internal static string NameOf(string name) => Renamed.GetValueOrDefault(name, name);

    private static void WriteProperties(Utf8JsonWriter json, Scene scene)
    {
        json.WriteStartObject();
        WriteTime(json, scene.Time);
        HashSet<string> written = ["datetime", "start_datetime", "end_datetime"];
        bool areBandsOfAssets = scene.Assets.Any(a => !a.Bands.IsEmpty);
        // A member under its own name wins over one that is renamed to it.
        IEnumerable<(string Name, SceneProperty Property)> all = scene.Properties.Select(p =>
            (Name: NameOf(p.Name), p))
            .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.p.Name == p.Name ? 0 : 1);
        foreach ((string name, SceneProperty property) in all)
        {
            if (!written.Add(name) || (name is "eo:bands" && areBandsOfAssets) || property.Value.AsSpecialNumber() is not null)
                continue; // JSON has neither NaN nor infinity
            if (name is "proj:epsg")
            {
                if (!scene.TryFind("proj:code", out _))
                    WriteProjected(json, property with { Name = "proj:epsg" });
            }
            else if (name is "instruments" && property.Value.Kind is JsonValueKind.String)
            {
                json.WriteStartArray(name);
                json.WriteStringValue(property.Value.AsText());
                json.WriteEndArray();
            }
            else
                JsonCopy.Write(json, property with { Name = name });
        }
        if (scene.Format is SceneFormat.Eo && !written.Contains("platform"))
            WriteText(json, "platform", scene.Common.Platform);
        json.WriteEndObject();
    }

    // A date without a time is an interval of a day.
    private static void WriteTime(Utf8JsonWriter json, SceneTime time)
    {
        if (time is { Datetime: { Length: 10 } date, Start: null })
        {
            json.WriteNull("datetime");
            json.WriteString("start_datetime", Rfc3339(date));
            json.WriteString("end_datetime", EndOf(date));
            return;
        }
        if (time.Datetime is null)
            json.WriteNull("datetime");
        else
            json.WriteString("datetime", Rfc3339(time.Datetime));
        if (time.Start is not null)
        {
            json.WriteString("start_datetime", Rfc3339(time.Start));
            json.WriteString("end_datetime", EndOf(time.End!));
        }
    }

    /// <summary>Returns the end of an interval: that of the day of a date without a time.</summary>
    internal static string EndOf(string text) => text.Length == 10
        ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(1)
            .ToString("yyyy-MM-dd'T00:00:00Z'", CultureInfo.InvariantCulture)
        : Rfc3339(text);

    private static string Rfc3339(string text)
    {
        if (text.Length == 10)
            return $"{text}T00:00:00Z";
        string time = $"{text[..10]}T{text[11..].Replace(" ", "", StringComparison.Ordinal)}";
        if (time.EndsWith('z'))
            return time[..^1] + "Z";
        if (time.EndsWith('Z'))
            return time;
        int sign = time.LastIndexOfAny(['+', '-']);
        if (sign < 11)
            return time + "Z";
        string offset = time[(sign + 1)..];
        return time[..(sign + 1)] + (offset.Length switch { 2 => $"{offset}:00", 4 => $"{offset[..2]}:{offset[2..]}", _ => offset });
    }
}
