using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Pile.Earth;

namespace Pile.Stac;

/// <summary>Reads one item in a single pass. Values are not copied, but for short texts.</summary>
[StructLayout(LayoutKind.Auto)]
internal ref partial struct ItemReader
{
    private const int DepthLimit = 64;

    private readonly ReadOnlyMemory<byte> document;
    private readonly string source;
    private readonly long index;
    private readonly SceneReadOptions? options;
    private Utf8JsonReader json;
    private string? id;

    // The path of the member that is being read, for messages; the last part is an argument of the throwing method.
    private string? parent, asset;
    private int element = -1; // of the list 'parent'

    private string? version, collection;
    private ReadOnlyMemory<byte> geometry;
    private ImmutableArray<double> bboxDeg;
    private ImmutableArray<SceneProperty>.Builder? others;
    private List<SceneProperty>? properties;
    private ImmutableArray<SceneLink> links;
    private List<AssetDraft>? assets;
    private List<string>? notes;
    private bool isFeature, hasGeometry, isMerged;

    internal ItemReader(ReadOnlyMemory<byte> document, string source, long index, SceneReadOptions? options = null)
    {
        (this.document, this.source, this.index, this.options) = (document, source, index, options);
        json = new Utf8JsonReader(document.Span, new JsonReaderOptions { MaxDepth = DepthLimit });
        bboxDeg = [];
        links = [];
    }

    /// <summary>Reads the item.</summary>
    /// <exception cref="SceneInvalidException">The item is not valid.</exception>
    internal Scene Read()
    {
        if (!Utf8.IsValid(document.Span))
            throw Invalid(SceneProblem.NotParsed, "", "the text is not UTF-8", "Get the file again from its source");
        try
        {
            if (!json.Read())
                throw Invalid(SceneProblem.NotParsed, "", "the text is empty", Correct);
            if (json.TokenType is not JsonTokenType.StartObject)
                throw Invalid(SceneProblem.NotScene, "", $"expected a STAC item (a JSON object), found {Found()}", Correct);
            ReadMembers();
            CheckEscapes();
            if (json.Read())
                throw Invalid(SceneProblem.NotParsed, "", "expected the end of the text after the item", Correct);
            return Inherited() is { } merged
                ? new ItemReader(merged, source, index, options) { isMerged = true }.Read() with { Document = document } : Finish();
        }
        catch (JsonException e)
        {
            bool isCut = e.BytePositionInLine is not null && IsCut();
            throw new SceneInvalidException(isCut ? SceneProblem.Truncated : SceneProblem.NotParsed, source, index, id, "",
                isCut ? $"the JSON ends in the middle, after {document.Length} bytes"
                    : $"not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: "
                        + $"{SceneInvalidException.Shown(Reason(e))}",
                "Get the file again from its source", e);
        }
        catch (InvalidOperationException e) // a lone surrogate in a text
        {
            throw new SceneInvalidException(SceneProblem.NotParsed, source, index, id, "", "a text contains an escape of half a character",
                Correct, e);
        }
    }

    private const string Correct = "Correct the document, or leave it out";

    private void ReadMembers()
    {
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            string name = Name();
            json.Read();
            switch (name)
            {
                case "type":
                    isFeature = Text(name) is "Feature";
                    break;
                case "stac_version":
                    version = Text(name);
                    break;
                case "id":
                    id = ReadId();
                    break;
                case "collection":
                    collection = TextOrNull(name);
                    break;
                case "geometry":
                    ReadGeometry();
                    break;
                case "bbox":
                    ReadBbox();
                    break;
                case "properties":
                    ReadProperties();
                    break;
                case "links":
                    ReadLinks();
                    break;
                case "assets":
                    ReadAssets();
                    break;
                default:
                    (others ??= ImmutableArray.CreateBuilder<SceneProperty>()).Add(new SceneProperty(name, Raw()));
                    break;
            }
        }
    }

    // Ids of other kinds are not converted: '007' and 7 are different.
    private string ReadId() => Text("id") is { Length: > 0 } text ? text
        : throw Invalid("id", "an empty text", "an id");

    private void ReadGeometry()
    {
        if (json.TokenType is JsonTokenType.Null)
            return;
        if (json.TokenType is not JsonTokenType.StartObject)
            throw Invalid("geometry", Found(), "a GeoJSON geometry");
        geometry = Raw().Json;
        hasGeometry = true;
    }

    private void ReadBbox()
    {
        if (json.TokenType is JsonTokenType.Null)
            return;
        Span<double> box = stackalloc double[6];
        bboxDeg = Numbers("bbox", box) switch
        {
            4 => [.. box[..4]],
            6 => [box[0], box[1], box[3], box[4]],
            int count => throw Invalid("bbox", $"{count} numbers", "4 numbers, or 6 with heights"),
        };
        bboxDeg = [bboxDeg[0], Latitude(bboxDeg[1]), bboxDeg[2], Latitude(bboxDeg[3])];
        // Some writers go beyond 180 degrees where the antimeridian is crossed, and beyond 360 in longitudes from 0 to 360.
        if (bboxDeg[1] > bboxDeg[3] || bboxDeg[1] < -90 || bboxDeg[3] > 90 || Math.Abs(bboxDeg[0]) > PolygonRings.MaxLonDeg
            || Math.Abs(bboxDeg[2]) > PolygonRings.MaxLonDeg)
            throw Invalid("bbox", $"[{string.Join(", ", bboxDeg)}]", "west, south, east, north in degrees: longitudes in "
                + $"[-{PolygonRings.MaxLonDeg}, {PolygonRings.MaxLonDeg}], south ≤ north in [-90, 90]");

        static double Latitude(double latDeg) =>
            Math.Abs(latDeg) <= 90 + PolygonRings.PoleToleranceDeg ? Math.Clamp(latDeg, -90, 90) : latDeg;
    }

    private void ReadLinks()
    {
        if (json.TokenType is JsonTokenType.StartObject)
        {
            _ = Raw(); // items before 0.7 have an object; its links are of no use here
            return;
        }
        ImmutableArray<SceneLink>.Builder list = ImmutableArray.CreateBuilder<SceneLink>();
        Start("links", JsonTokenType.StartArray, "a list of links");
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            int start = (int)json.TokenStartIndex;
            string? rel = null, href = null;
            Start("links", JsonTokenType.StartObject, "a link (an object)");
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                bool isRel = json.ValueTextEquals("rel"u8), isHref = json.ValueTextEquals("href"u8);
                json.Read();
                if (isRel)
                    rel = Text("links.rel");
                else if (isHref)
                    href = json.GetString() ?? throw Invalid("links.href", "null", "an address");
                else
                    json.Skip();
            }
            if (rel is null || href is null)
                throw Invalid("links", "a link without 'rel' or 'href'", "both");
            list.Add(new SceneLink(rel, href, new JsonValue(document[start..(int)json.BytesConsumed])));
        }
        links = list.DrainToImmutable();
    }

    // Values that are kept unparsed may be written later, so half characters are rejected here (InvalidOperationException).
    private readonly void CheckEscapes()
    {
        if (!document.Span.Contains((byte)'\\') || (document.Span.IndexOf("\\uD"u8) < 0 && document.Span.IndexOf("\\ud"u8) < 0))
            return;
        Utf8JsonReader all = new(document.Span, new JsonReaderOptions { MaxDepth = DepthLimit });
        while (all.Read())
            if (all.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && all.ValueIsEscaped)
                _ = all.GetString();
    }

    private readonly bool IsCut()
    {
        // Reading the same bytes as a first part of a longer text succeeds if only the rest is missing.
        Utf8JsonReader part = new(document.Span, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = DepthLimit }));
        try
        {
            while (part.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Reason(JsonException e) =>
        e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal) is > 0 and var end ? e.Message[..end].TrimEnd('.') : e.Message;

    /// <summary>Creates the error of a member with an invalid value.</summary>
    private readonly SceneInvalidException Invalid(string field, string found, string expected) =>
        Invalid(SceneProblem.InvalidValue, Path(field), $"found {SceneInvalidException.Shown(found)}, expected {expected}", Correct);

    private readonly SceneInvalidException Invalid(SceneProblem problem, string field, string finding, string remedy) =>
        new(problem, source, index, id, field, finding, remedy);

    private readonly string Path(string field)
    {
        StringBuilder path = new();
        string? container = element < 0 ? parent : string.Create(CultureInfo.InvariantCulture, $"{parent}[{element}]");
        foreach (string? part in (ReadOnlySpan<string?>)[asset is null ? null : "assets", asset, container, field])
            if (part is { Length: > 0 })
                path.Append(path.Length > 0 ? "." : "").Append(part);
        return path.ToString();
    }
}
