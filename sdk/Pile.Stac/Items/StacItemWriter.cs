using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.Earth;

namespace Pile.Stac;

/// <summary>Writes scenes as STAC items of version 1.1.</summary>
/// <remarks>The text is canonical: no white space, members of the item in the order of the specification, properties and extensions in
/// ordinal order, numbers as the document had them. Members of earlier versions get their names of 1.1; all other members are kept.
/// Signatures of addresses are removed. Assets that are bands of one file are one asset. The heights of boxes, statistics of bands and bit
/// meanings are left out.</remarks>
internal static partial class StacItemWriter
{
    /// <summary>The member of the assets of a chip: column, row, width and height in pixels of the file.</summary>
    internal const string Window = "pile:window";

    private const string Eo = "https://stac-extensions.github.io/eo/v2.0.0/schema.json",
        Raster = "https://stac-extensions.github.io/raster/v2.0.0/schema.json",
        Projection = "https://stac-extensions.github.io/projection/v2.0.0/schema.json",
        View = "https://stac-extensions.github.io/view/v1.0.0/schema.json";

    private static readonly string[] Converted = ["/eo/", "/raster/", "/projection/", "/view/"];

    /// <summary>Returns an item as UTF-8.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="footprint">The footprint in longitude and latitude; required if the geometry has a CRS of its own. Without it, the
    /// geometry is written as the document has it.</param>
    /// <exception cref="ArgumentException">The geometry has a CRS, and there is no footprint.</exception>
    /// <exception cref="SceneInvalidException">The scene has no box, and its geometry is malformed.</exception>
    internal static ReadOnlyMemory<byte> Write(Scene scene, Footprint? footprint = null)
    {
        if (scene.GeometryCrs is not null && footprint is null)
            throw new ArgumentException($"The geometry of {scene} is in {scene.GeometryCrs}: give its footprint.", nameof(footprint));
        ArrayBufferWriter<byte> buffer = new(scene.Document.Length + 1024);
        using Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteString("stac_version", "1.1.0");
        WriteExtensions(json, scene);
        json.WriteString("id", scene.Id);
        json.WritePropertyName("geometry");
        if (scene.GeometryCrs is null)
            JsonCopy.Write(json, scene.Geometry);
        else
            JsonCopy.Write(json, System.Text.Encoding.UTF8.GetBytes(footprint!.ToGeoJson()));
        WriteBbox(json, scene, footprint);
        json.WritePropertyName("properties");
        WriteProperties(json, scene);
        json.WriteStartArray("links");
        foreach (SceneLink link in scene.Links)
            JsonCopy.Write(json, link.Json.Json);
        json.WriteEndArray();
        json.WriteStartObject("assets");
        foreach (SceneAsset asset in SharedFiles.Join(scene))
            WriteAsset(json, asset);
        json.WriteEndObject();
        if (scene.Collection is not null)
            json.WriteString("collection", scene.Collection);
        foreach (SceneProperty other in scene.Others)
            if (other.Name is not "stac_extensions")
                JsonCopy.Write(json, other);
        json.WriteEndObject();
        json.Flush();
        return SignedQuery.RemoveFrom(buffer.WrittenMemory);
    }

    private static void WriteExtensions(Utf8JsonWriter json, Scene scene)
    {
        SortedSet<string> extensions = new(StringComparer.Ordinal);
        foreach (SceneProperty other in scene.Others)
            if (other.Name is "stac_extensions" && other.Value.Kind is JsonValueKind.Array)
                foreach (JsonElement item in other.Value.AsElement().EnumerateArray())
                    if (item.ValueKind is JsonValueKind.String && IsOther(item.GetString()!))
                        extensions.Add(item.GetString()!);
        if (scene.Common.CloudCoverPercent is not null || scene.Assets.Any(a => a.Bands.Any(b => b.CommonName is not null
            || b.CentreWavelengthUm is not null || b.FullWidthHalfMaxUm is not null)))
            extensions.Add(Eo);
        if (scene.Assets.Any(a => a.Bands.Any(b => b.Scale is not null || b.Offset is not null)))
            extensions.Add(Raster);
        if (scene.Grid.StatesCrs || scene.Assets.Any(a => a.OwnGrid.IsStated))
            extensions.Add(Projection);
        if (scene.Common is { OffNadirDeg: not null } or { SunAzimuthDeg: not null } or { SunElevationDeg: not null }
            or { AzimuthDeg: not null } or { IncidenceDeg: not null })
            extensions.Add(View);
        json.WriteStartArray("stac_extensions");
        foreach (string extension in extensions)
            json.WriteStringValue(extension);
        json.WriteEndArray();
    }

    // Short names are of versions before 1.0; the extensions whose members are converted are added in their new versions.
    private static bool IsOther(string extension) => extension.Contains("://", StringComparison.Ordinal)
        && !Converted.Any(name => extension.Contains(name, StringComparison.Ordinal));

    private static void WriteBbox(Utf8JsonWriter json, Scene scene, Footprint? footprint)
    {
        ImmutableArray<double> box = scene.BboxDeg;
        if (box.IsEmpty || scene.GeometryCrs is not null)
        {
            footprint ??= SceneFootprint.Of(scene, static (_, _, _) => { });
            LonLatBounds bounds = footprint.Measures.Bounds;
            box = [bounds.West, bounds.South, bounds.East, bounds.North];
        }
        json.WriteStartArray("bbox");
        foreach (double side in box)
            json.WriteNumberValue(side);
        json.WriteEndArray();
    }

    /// <summary>Returns the members of an asset as JSON.</summary>
    internal static string TextOf(SceneAsset asset)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter json = new(buffer);
        json.WriteStartObject();
        WriteAsset(json, asset);
        json.WriteEndObject();
        json.Flush();
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteAsset(Utf8JsonWriter json, SceneAsset asset)
    {
        json.WriteStartObject(asset.Key);
        string href = SignedQuery.Remove(asset.Href);
        json.WriteString("href", asset.Layer is null ? href : $"{href}#{asset.Layer}");
        WriteText(json, "title", asset.Title);
        WriteText(json, "type", asset.Type);
        if (!asset.Roles.IsEmpty)
        {
            json.WriteStartArray("roles");
            foreach (string role in asset.Roles)
                json.WriteStringValue(role);
            json.WriteEndArray();
        }
        WriteNumber(json, "gsd", asset.GsdM);
        if (!asset.Bands.IsEmpty)
        {
            json.WriteStartArray("bands");
            foreach (SceneBand band in asset.Bands)
                WriteBand(json, band);
            json.WriteEndArray();
        }
        bool hasGrid = false;
        foreach (SceneProperty other in asset.Others)
        {
            hasGrid |= other.Name.StartsWith("proj:", StringComparison.Ordinal);
            WriteProjected(json, other);
        }
        if (!hasGrid && asset.OwnGrid.IsStated)
            WriteGrid(json, asset.OwnGrid);
        json.WriteEndObject();
    }

    private static void WriteBand(Utf8JsonWriter json, SceneBand band)
    {
        json.WriteStartObject();
        WriteText(json, "name", band.Name);
        WriteText(json, "eo:common_name", band.CommonName);
        WriteNumber(json, "eo:center_wavelength", band.CentreWavelengthUm);
        WriteNumber(json, "eo:full_width_half_max", band.FullWidthHalfMaxUm);
        WriteText(json, "data_type", band.DType);
        if (band.Nodata is { } nodata && !double.IsFinite(nodata))
            json.WriteString("nodata", double.IsNaN(nodata) ? "nan" : nodata > 0 ? "inf" : "-inf");
        else
            WriteNumber(json, "nodata", band.Nodata);
        WriteText(json, "unit", band.Unit);
        WriteNumber(json, "raster:scale", band.Scale);
        WriteNumber(json, "raster:offset", band.Offset);
        WriteNumber(json, "gsd", band.GsdM);
        if (band.FileBand > 0)
            json.WriteNumber("pile:band", band.FileBand);
        WriteText(json, "pile:asset", band.AssetKey);
        foreach (SceneProperty other in band.Others)
            JsonCopy.Write(json, other);
        json.WriteEndObject();
    }

    private static void WriteGrid(Utf8JsonWriter json, SceneGrid grid)
    {
        if (grid.StatesCrs && grid.Crs is not null && grid.Crs.Contains('[', StringComparison.Ordinal) && !grid.Crs.StartsWith('{'))
            json.WriteString("proj:wkt2", grid.Crs);
        else if (grid.StatesCrs && grid.Crs is ['{', ..])
        {
            json.WritePropertyName("proj:projjson");
            json.WriteRawValue(grid.Crs);
        }
        else if (grid.StatesCrs)
            json.WriteString("proj:code", grid.Crs);
        if (grid is { Rows: { } rows, Columns: { } columns })
            WriteNumbers(json, "proj:shape", [rows, columns]);
        if (!grid.Transform.IsEmpty)
            WriteNumbers(json, "proj:transform", grid.Transform.AsSpan());
        if (!grid.Bbox.IsEmpty)
            WriteNumbers(json, "proj:bbox", grid.Bbox.AsSpan());
    }

    private static void WriteProjected(Utf8JsonWriter json, SceneProperty property)
    {
        if (property.Name is not ("proj:epsg" or "eo:epsg"))
            JsonCopy.Write(json, property);
        else if (property.Value.AsInt64() is { } epsg)
            json.WriteString("proj:code", string.Create(CultureInfo.InvariantCulture, $"EPSG:{epsg}"));
        else
            json.WriteNull("proj:code");
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<double> numbers)
    {
        json.WriteStartArray(name);
        foreach (double number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
    }
}
