using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Pile.Stac;

internal ref partial struct ItemReader
{
    private const int MostProperties = 1000;

    private string? datetime, startDatetime, endDatetime;
    private string? platform, constellation, gridCode;
    private ImmutableArray<string> instruments;
    private double? gsdM, cloudCoverPercent, offNadirDeg, incidenceDeg, azimuthDeg, sunAzimuthDeg, sunElevationDeg;
    private GridDraft? grid;
    private List<BandDraft>? itemBands;
    private bool hasDefaults;

    private void ReadProperties()
    {
        Start("properties", JsonTokenType.StartObject, "an object");
        parent = "properties";
        properties = new List<SceneProperty>(48);
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            string name = Name();
            foreach (ref readonly SceneProperty earlier in CollectionsMarshal.AsSpan(properties))
                if (ReferenceEquals(earlier.Name, name) || (earlier.Name.Length == name.Length && earlier.Name == name))
                    throw Invalid(name, "the name twice", "each name once");
            if (properties.Count == MostProperties)
                throw Invalid("", $"more than {MostProperties} properties", $"at most {MostProperties}");
            json.Read();
            int start = (int)json.TokenStartIndex;
            ReadProperty(name);
            properties.Add(new SceneProperty(name, new JsonValue(document[start..(int)json.BytesConsumed])));
        }
        parent = null;
    }

    // Leaves the reader at the end of the value.
    private void ReadProperty(string name)
    {
        switch (name)
        {
            case "datetime":
                datetime = TextOrNull(name);
                break;
            case "start_datetime" or "dtr:start_datetime":
                startDatetime = TextOrNull(name);
                break;
            case "end_datetime" or "dtr:end_datetime":
                endDatetime = TextOrNull(name);
                break;
            case "platform" or "eo:platform":
                platform = TextOrNull(name);
                break;
            case "constellation" or "eo:constellation":
                constellation = TextOrNull(name);
                break;
            case "instruments" or "instrument" or "eo:instrument":
                instruments = Texts(name);
                break;
            case "grid:code":
                gridCode = TextOrNull(name);
                break;
            case "gsd" or "eo:gsd":
                gsdM = NumberOrNull(name);
                break;
            case "eo:cloud_cover":
                cloudCoverPercent = NumberOrNull(name);
                break;
            case "view:off_nadir" or "eo:off_nadir":
                offNadirDeg = NumberOrNull(name);
                break;
            case "view:incidence_angle":
                incidenceDeg = NumberOrNull(name);
                break;
            case "view:azimuth" or "eo:azimuth":
                azimuthDeg = NumberOrNull(name);
                break;
            case "view:sun_azimuth" or "eo:sun_azimuth":
                sunAzimuthDeg = NumberOrNull(name);
                break;
            case "view:sun_elevation" or "eo:sun_elevation":
                sunElevationDeg = NumberOrNull(name);
                break;
            case "data_type" or "nodata" or "unit" or "raster:scale" or "raster:offset" or "raster:spatial_resolution"
                or "eo:common_name" or "eo:center_wavelength" or "eo:full_width_half_max":
                hasDefaults = true; // the version that decides may follow
                json.Skip();
                break;
            case "eo:bands" when json.TokenType is JsonTokenType.StartArray:
                ReadBands(name, itemBands ??= [], null);
                break;
            default:
                if (!TryReadGrid(name, ref grid))
                    json.Skip();
                break;
        }
    }

    /// <summary>Reads a member of the projection extension; returns false for another one, without moving.</summary>
    private bool TryReadGrid(string name, ref GridDraft? draft)
    {
        if (!name.StartsWith("proj:", StringComparison.Ordinal) && name is not "eo:epsg")
            return false;
        draft ??= new GridDraft();
        switch (name)
        {
            case "proj:epsg" or "eo:epsg":
                (draft.StatesEpsg, draft.Epsg) = (true, ReadEpsg(name));
                break;
            case "proj:code":
                (draft.StatesCode, draft.Code) = (true, TextOrNull(name));
                break;
            case "proj:wkt2":
                draft.Wkt2 = TextOrNull(name);
                break;
            case "proj:projjson":
                draft.ProjJson = json.TokenType is JsonTokenType.Null ? null : json.TokenType is JsonTokenType.StartObject
                    ? Raw().ToString() : throw Invalid(name, Found(), "an object");
                break;
            case "proj:transform" when json.TokenType is not JsonTokenType.Null:
                ReadTransform(name, draft);
                break;
            case "proj:shape" when json.TokenType is not JsonTokenType.Null:
                Span<double> shape = stackalloc double[2];
                if (Numbers(name, shape) != 2 || !IsLength(shape[0]) || !IsLength(shape[1]))
                    throw Invalid(name, $"[{string.Join(", ", shape.ToArray())}]", "two positive integers: rows, columns");
                (draft.Rows, draft.Columns) = ((long)shape[0], (long)shape[1]);
                break;
            case "proj:bbox" when json.TokenType is not JsonTokenType.Null:
                Span<double> box = stackalloc double[6];
                draft.Bbox = Numbers(name, box) switch
                {
                    4 => [.. box[..4]],
                    6 => [box[0], box[1], box[3], box[4]],
                    int count => throw Invalid(name, $"{count} numbers", "4 numbers, or 6 with heights"),
                };
                break;
            case "proj:centroid" when json.TokenType is JsonTokenType.StartObject:
                ReadCentroid(name, draft);
                break;
            default:
                json.Skip();
                break;
        }
        return true;
    }

    private readonly long? ReadEpsg(string name) => json.TokenType is JsonTokenType.Null ? null
        : json.TokenType is not JsonTokenType.Number ? throw Invalid(name, Found(), "a positive integer or null")
        : json.TryGetInt64(out long epsg) && epsg > 0 ? epsg
        // Tables with missing codes have them as floats: 32633.0.
        : json.TryGetDouble(out double number) && number is > 0 and < int.MaxValue && Math.Floor(number) == number ? (long)number
        : throw Invalid(name, Found(), "a positive integer or null");

    private void ReadTransform(string name, GridDraft draft)
    {
        Span<double> terms = stackalloc double[9];
        int count = Numbers(name, terms);
        if (count == 0)
            return;
        if (count is not (6 or 9))
            throw Invalid(name, $"{count} numbers", "6 or 9 numbers");
        if (count == 9 && (terms[6] is not 0 || terms[7] is not 0 || terms[8] is not 1))
            throw Invalid(name, $"the last row {terms[6]}, {terms[7]}, {terms[8]}", "0, 0, 1");
        (draft.Transform, draft.HasNineNumbers) = ([.. terms[..6]], count == 9);
    }

    private void ReadCentroid(string name, GridDraft draft)
    {
        double? lon = null, lat = null;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            bool isLon = json.ValueTextEquals("lon"u8), isLat = json.ValueTextEquals("lat"u8);
            json.Read();
            if (isLon)
                lon = NumberOrNull(name);
            else if (isLat)
                lat = NumberOrNull(name);
            else
                json.Skip();
        }
        draft.Centroid = lon is { } lonDeg && lat is { } latDeg ? (lonDeg, latDeg) : null;
    }

    // Pixels are counted in int64 later: rows times columns must not overflow.
    private static bool IsLength(double value) => value >= 1 && value <= int.MaxValue && value == Math.Floor(value);
}
