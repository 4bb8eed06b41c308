using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Pile.Builders.Sources.SkyImages;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.FitsFrames;

/// <summary>The <c>source</c> of a recipe for whole frames. <c>SOURCE.md</c> describes its keys.</summary>
internal sealed record FrameRecipe
{
    /// <summary>The bands. An only one has an empty name if its name is that of a keyword.</summary>
    internal required IReadOnlyList<BandRecipe> Bands { get; init; }

    /// <summary>The keywords of the header that may name the band, the first one that exists; empty if the recipe names it.</summary>
    internal IReadOnlyList<string> NameKeywords { get; init; } = [];

    /// <summary>The part of a file's path that the files of one row share; null without the key <c>group</c>.</summary>
    internal Regex? Group { get; init; }

    /// <summary>The size of the tiles; null for whole frames.</summary>
    internal (int Height, int Width)? Tile { get; init; }

    /// <summary>The pixels that neighbouring tiles share.</summary>
    internal int Overlap { get; init; }

    /// <summary>Whether tiles without a good pixel are left out.</summary>
    internal bool LeavesOutEmpty { get; init; }

    /// <summary>The keyword of <c>mjd</c>; null for no times.</summary>
    internal string? Mjd { get; init; }

    /// <summary>The keyword of <c>mjd_end</c>.</summary>
    internal string? MjdEnd { get; init; }

    /// <summary>The time scale; null without times.</summary>
    internal string? TimeScale { get; init; }

    /// <summary>Keywords that become native columns.</summary>
    internal ImmutableArray<string> Keywords { get; init; } = [];

    /// <summary>Returns the tiles of a frame along both axes.</summary>
    internal (TileAxis X, TileAxis Y) TilesOf(long width, long height) =>
        (new(width, Tile?.Width ?? width, Overlap), new(height, Tile?.Height ?? height, Overlap));

    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal static FrameRecipe Read(RecipeSource source)
    {
        YamlMap map = source.Map;
        bool hasBands = map.Find("bands") is not null;
        string[] ofBands = hasBands ? ["bands"] : ["band", .. BandRecipe.Keys];
        map.RequireKeys(["kind", "group", "tile", "overlap", "skip_empty", "mjd", "mjd_end", "time_scale", "keywords", .. ofBands]);
        if ((map.Find("mjd") ?? map.Find("mjd_end")) is { } time && map.Find("time_scale") is null)
            throw time.Invalid("times need 'time_scale', for example 'time_scale: UTC'");
        (int Height, int Width)? tile = map.Find("tile") is { } size ? ImageSize.Read(size) : null;
        YamlNode? name = map.Find("band");
        IReadOnlyList<BandRecipe> bands = map.Find("bands") is { } list ? BandRecipe.ReadAll(source, list.AsList())
            : [BandRecipe.Read(source, map, name is null or YamlMap ? "" : name.AsScalar().Text)];
        if (bands.Any(b => b.Extinction?.Column is not null || b.PsfFwhm?.Column is not null))
            throw map.Invalid("frames have no catalogue with columns: 'extinction' needs a 'map', and 'psf_fwhm' a keyword, a value or "
                + "an image");
        (name as YamlMap)?.RequireKeys("keyword");
        return new()
        {
            Bands = bands,
            NameKeywords = hasBands || name is YamlScalar ? [] : name is YamlMap keyword ? [keyword.Text("keyword")] : ["BAND", "FILTER"],
            Group = map.Find("group")?.AsScalar() is { } group ? Pattern(group) : null,
            Tile = tile,
            Overlap = map.Find("overlap")?.AsScalar() is { } overlap ? ReadOverlap(overlap, tile) : 0,
            LeavesOutEmpty = map.Find("skip_empty")?.AsScalar().AsBool() ?? false,
            Mjd = map.TextOrNull("mjd"),
            MjdEnd = map.TextOrNull("mjd_end"),
            TimeScale = map.TextOrNull("time_scale"),
            Keywords = [.. map.Find("keywords")?.AsList().Items.Select(k => k.AsScalar().Text) ?? []],
        };
    }

    private static int ReadOverlap(YamlScalar node, (int Height, int Width)? tile) => tile is not var (height, width)
        ? throw node.Invalid("an overlap needs 'tile', the size of the tiles")
        : node.AsInt64() is >= 0 and var pixels && pixels < Math.Min(height, width) ? (int)pixels
            : throw node.Invalid($"expected 0 to {Math.Min(height, width) - 1} pixels, less than the size of a tile");

    private static Regex Pattern(YamlScalar node)
    {
        try
        {
            return new(node.Text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw node.Invalid($"'{node.Text}' is not a supported regular expression: {e.Message.TrimEnd('.')}");
        }
    }
}
