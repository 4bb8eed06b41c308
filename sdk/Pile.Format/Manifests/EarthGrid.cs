using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pile.Format.Yaml;

namespace Pile.Format;

/// <summary>The grid on the earth whose tiles are the cells of a dataset (SCHEMA.md, section 17).</summary>
/// <remarks>This is what the manifest and recipes state of a grid; <c>Pile.Earth.TileGrid</c> computes with it.</remarks>
internal sealed partial record EarthGrid
{
    /// <summary>The kind of the 100 km squares of MGRS, with keys such as <c>20HNJ</c>.</summary>
    internal const string Mgrs = "mgrs";

    /// <summary>The kind of squares in each UTM zone, with keys such as <c>32720_61_629</c>.</summary>
    internal const string Utm = "utm";

    /// <summary>The kind of tiles of equal shape on one plane, as the Open Data Cube has them, with keys such as
    /// <c>x-14_y-26</c>.</summary>
    internal const string Spec = "spec";

    /// <summary>The greatest number of rows or columns of a tile.</summary>
    internal const int MaxTilePixels = 1 << 20;

    private const int MaxKeyChars = 64;

    /// <summary>One of the kinds.</summary>
    public required string Kind { get; init; }

    /// <summary>The side of a tile of <see cref="Utm"/> in metres, a multiple of <see cref="ResolutionM"/>.</summary>
    public double TileM { get; init; }

    /// <summary>The side of a pixel of <see cref="Utm"/> in metres.</summary>
    public double ResolutionM { get; init; }

    /// <summary>The name of a grid of the kind <see cref="Spec"/>, which has no effect; null if it has none.</summary>
    public string? Name { get; init; }

    /// <summary>The authority code of the coordinate reference system of <see cref="Spec"/>; null for the other kinds.</summary>
    public string? Crs { get; init; }

    /// <summary>The lower left corner of the tile (0, 0) of <see cref="Spec"/>.</summary>
    public double OriginX { get; init; }

    /// <inheritdoc cref="OriginX"/>
    public double OriginY { get; init; }

    /// <summary>The width of a pixel of <see cref="Spec"/> in units of the system; positive.</summary>
    public double ResolutionX { get; init; }

    /// <summary>The height of a pixel of <see cref="Spec"/>; negative if rows go down.</summary>
    public double ResolutionY { get; init; }

    /// <summary>The rows of a tile of <see cref="Spec"/>.</summary>
    public int TileRows { get; init; }

    /// <summary>The columns of a tile of <see cref="Spec"/>.</summary>
    public int TileColumns { get; init; }

    /// <summary>A key of the grid, for messages.</summary>
    internal string ExampleKey => Kind switch { Mgrs => "20HNJ", Utm => "32720_61_629", _ => "x-14_y-26" };

    /// <summary>Reads a grid of a manifest or recipe: <c>mgrs</c>, or a mapping with its <c>kind</c>.</summary>
    /// <exception cref="DocumentInvalidException">It is not a grid.</exception>
    internal static EarthGrid Read(YamlNode node)
    {
        if (node is YamlScalar word)
            return word.Text == Mgrs ? new EarthGrid { Kind = Mgrs }
                : throw word.Invalid($"expected the grid '{Mgrs}', or a mapping with the kind {Utm} or {Spec}; found '{word.Text}'");
        YamlMap map = node.AsMap();
        YamlScalar kind = map.Required("kind").AsScalar();
        switch (kind.Text)
        {
            case Mgrs:
                map.RequireKeys("kind");
                return new EarthGrid { Kind = Mgrs };
            case Utm:
                return ReadUtm(map);
            case Spec:
                return ReadSpec(map);
            default:
                throw kind.Invalid($"expected {Mgrs}, {Utm} or {Spec}, found '{kind.Text}'");
        }
    }

    /// <summary>Reads a grid of an option, in the form of a recipe.</summary>
    /// <param name="text">The grid.</param>
    /// <param name="source">Where the text is from, for messages.</param>
    /// <exception cref="DocumentInvalidException">It is not a grid.</exception>
    internal static EarthGrid Parse(string text, string source) => Read(YamlReader.Read($"grid: {text}", source).AsMap().Required("grid"));

    /// <summary>Writes the grid as a mapping of a manifest.</summary>
    internal void Write(YamlText yaml)
    {
        yaml.Text("kind", Kind);
        if (Kind == Utm)
        {
            yaml.Number("tile_m", (double?)TileM);
            yaml.Number("resolution_m", (double?)ResolutionM);
        }
        if (Kind != Spec)
            return;
        yaml.Text("name", Name);
        yaml.Text("crs", Crs);
        Pair("origin", OriginX, OriginY);
        Pair("resolution", ResolutionX, ResolutionY);
        Pair("tile_shape", TileRows, TileColumns);

        void Pair(string key, double first, double second) => yaml.List(key, () =>
        {
            yaml.NumberItem(first);
            yaml.NumberItem(second);
        }, flow: true);
    }

    /// <summary>Writes the grid as an object with the keys of a manifest.</summary>
    internal void WriteTo(Utf8JsonWriter json, string key)
    {
        json.WriteStartObject(key);
        json.WriteString("kind", Kind);
        if (Kind == Utm)
        {
            json.WriteNumber("tile_m", TileM);
            json.WriteNumber("resolution_m", ResolutionM);
        }
        if (Kind == Spec)
        {
            if (Name is not null)
                json.WriteString("name", Name);
            json.WriteString("crs", Crs);
            Pair("origin", OriginX, OriginY);
            Pair("resolution", ResolutionX, ResolutionY);
            Pair("tile_shape", TileRows, TileColumns);
        }
        json.WriteEndObject();

        void Pair(string name, double first, double second)
        {
            json.WriteStartArray(name);
            json.WriteNumberValue(first);
            json.WriteNumberValue(second);
            json.WriteEndArray();
        }
    }

    /// <summary>Returns whether a text has the form of a key of this grid. It then is a legal name of a folder.</summary>
    /// <remarks>Letters and numbers of some keys belong to no tile: <c>Pile.Earth</c> decides that.</remarks>
    internal bool IsKey(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxKeyChars && (Kind switch
    {
        Mgrs => MgrsKey().IsMatch(text),
        Utm => UtmKey().IsMatch(text),
        _ => SpecKey().IsMatch(text),
    });

    /// <summary>Returns whether a text has the form of a key of any grid.</summary>
    internal static bool IsKeyOfAny(ReadOnlySpan<char> text) =>
        text.Length <= MaxKeyChars && (MgrsKey().IsMatch(text) || UtmKey().IsMatch(text) || SpecKey().IsMatch(text));

    /// <summary>Returns the grid as a recipe has it.</summary>
    public override string ToString() => Kind switch
    {
        Mgrs => Mgrs,
        Utm => string.Create(CultureInfo.InvariantCulture, $"{{kind: utm, tile_m: {TileM}, resolution_m: {ResolutionM}}}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{{kind: spec, {(Name is null ? "" : $"name: \"{Name}\", ")}crs: \"{Crs}\", "
            + $"origin: [{OriginX}, {OriginY}], resolution: [{ResolutionX}, {ResolutionY}], tile_shape: [{TileRows}, {TileColumns}]}}"),
    };

    private static EarthGrid ReadUtm(YamlMap map)
    {
        map.RequireKeys("kind", "tile_m", "resolution_m");
        YamlScalar tile = map.Required("tile_m").AsScalar();
        double resolutionM = ReadSize(map.Required("resolution_m").AsScalar()), tileM = ReadSize(tile);
        return Math.Abs(Math.IEEERemainder(tileM, resolutionM)) <= 1e-9 * resolutionM
            ? new EarthGrid { Kind = Utm, TileM = tileM, ResolutionM = resolutionM }
            : throw tile.Invalid(string.Create(CultureInfo.InvariantCulture, $"expected a multiple of 'resolution_m', {resolutionM}, found "
                + $"{tile.Text}"));
    }

    private static EarthGrid ReadSpec(YamlMap map)
    {
        map.RequireKeys("kind", "name", "crs", "origin", "resolution", "tile_shape");
        YamlScalar crs = map.Required("crs").AsScalar();
        if (!AuthorityCode().IsMatch(crs.Text))
            throw crs.Invalid($"expected an authority code such as EPSG:3577, found '{crs.Text}'");
        (YamlScalar originX, YamlScalar originY) = Two(map, "origin");
        (YamlScalar resolutionX, YamlScalar resolutionY) = Two(map, "resolution");
        (YamlScalar rows, YamlScalar columns) = Two(map, "tile_shape");
        if (!(resolutionX.AsDouble() > 0))
            throw resolutionX.Invalid($"expected a positive width of pixels, found {resolutionX.Text}");
        if (resolutionY.AsDouble() is 0)
            throw resolutionY.Invalid("expected a height of pixels other than 0");
        return new EarthGrid
        {
            Kind = Spec,
            Name = map.TextOrNull("name"),
            Crs = crs.Text,
            OriginX = originX.AsDouble(),
            OriginY = originY.AsDouble(),
            ResolutionX = resolutionX.AsDouble(),
            ResolutionY = resolutionY.AsDouble(),
            TileRows = ReadPixels(rows),
            TileColumns = ReadPixels(columns),
        };
    }

    private static double ReadSize(YamlScalar size) => size.AsDouble() is > 0 and <= 1e7 and var metres ? metres
        : throw size.Invalid($"expected metres above 0 and up to 10,000,000, found {size.Text}");

    private static int ReadPixels(YamlScalar count) => count.AsInt64() is >= 1 and <= MaxTilePixels and var pixels ? (int)pixels
        : throw count.Invalid($"expected a number of pixels from 1 to {MaxTilePixels}, found {count.Text}");

    private static (YamlScalar First, YamlScalar Second) Two(YamlMap map, string key) =>
        map.Required(key).AsList() is { Items: [var first, var second] } ? (first.AsScalar(), second.AsScalar())
            : throw map.Required(key).Invalid($"'{key}': expected two numbers, as in [{(key == "tile_shape" ? "3200, 3200" : "30, -30")}]");

    [GeneratedRegex("^((0[1-9]|[1-5][0-9]|60)[C-HJ-NP-X][A-HJ-NP-Z][A-HJ-NP-V]|[ABYZ][A-HJ-NP-Z]{2})\\z",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex MgrsKey();

    [GeneratedRegex("^32[67](0[1-9]|[1-5][0-9]|6[01])_(0|-?[1-9][0-9]{0,9})_(0|-?[1-9][0-9]{0,9})\\z",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex UtmKey();

    [GeneratedRegex("^x(0|-?[1-9][0-9]{0,14})_y(0|-?[1-9][0-9]{0,14})\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SpecKey();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{0,15}:[A-Za-z0-9_.-]{1,32}\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex AuthorityCode();
}
