using System.Collections.Immutable;
using Pile.Earth;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.Stac;

/// <summary>The <c>source</c> of a recipe for chips. <c>SOURCE.md</c> describes its keys.</summary>
internal sealed record ChipRecipe
{
    private const int LargestSize = 16_384;

    /// <summary>The metadata of all chips.</summary>
    internal DatasetFacts Facts => new()
    {
        Modality = Modality.OfChips,
        Frame = Manifest.Wgs84,
        TimeScale = "UTC",
        IsIndexOnly = true,
        HasTiles = Scenes.Tiles is not null,
        RepeatedIdRemedy = SceneRecipe.RepeatedIdRemedy,
    };

    /// <summary>The documents.</summary>
    internal required SceneRecipe Scenes { get; init; }

    /// <summary>The widths of chips in pixels, ascending.</summary>
    internal required ImmutableArray<int> SizesPixels { get; init; }

    /// <summary>What is done at the right and lower edge of a scene.</summary>
    internal required ChipEdge Edge { get; init; }

    /// <summary>The bands by asset, name or common name, in the order of the value; empty for all.</summary>
    internal required ImmutableArray<string> Bands { get; init; }

    /// <summary>How bands of other grids are brought to the finest one.</summary>
    internal required BandResampling Resampling { get; init; }

    /// <summary>Measures clouds and missing pixels; null to read no pixel.</summary>
    internal required ChipIndexer? Indexer { get; init; }

    /// <summary>The largest share of missing pixels of a chip, 0 to 1.</summary>
    internal required double MaxNodata { get; init; }

    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal static ChipRecipe Read(RecipeSource recipe) => Read(recipe, StoredScenes.Key, "stats", "max_nodata");

    /// <summary>Reads the recipe of chips that an index lists: with <c>index</c>, with one size, and without statistics.</summary>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal static ChipRecipe ReadOfIndex(RecipeSource recipe)
    {
        ChipRecipe read = Read(recipe, StoredScenes.Key, "index");
        _ = recipe.Map.Required("index");
        return read.SizesPixels.Length == 1 ? read : throw recipe.Map.Required("chip").AsMap().Required("size")
            .Invalid("an index has chips of one size: expected one number");
    }

    private static ChipRecipe Read(RecipeSource recipe, params ReadOnlySpan<string> more)
    {
        YamlMap map = recipe.Map;
        map.RequireKeys([.. SceneRecipe.Keys, "chip", "bands", "resample", .. more]);
        YamlMap chip = map.Required("chip").AsMap();
        chip.RequireKeys("size", "edge");
        ChipIndexer? indexer = ChipIndexers.Read(map.Find("stats"), recipe.Indexers);
        ImmutableArray<string> bands = map.Find("bands") is { } names ? [.. names.AsList().Items.Select(b => b.AsScalar().Text)] : [];
        return new ChipRecipe
        {
            Scenes = new SceneRecipe(recipe),
            SizesPixels = ReadSizes(chip.Required("size")),
            Edge = chip.Find("edge")?.AsScalar().AsOneOf(Edges) ?? ChipEdge.Drop,
            Bands = bands,
            Resampling = BandResampling.Read(map.Find("resample"), bands),
            Indexer = indexer,
            MaxNodata = map.Find("max_nodata")?.AsScalar() is not { } most ? 1
                : indexer is not null ? most.AsDouble(0, 1) : throw most.Invalid("'max_nodata' needs 'stats', which reads the pixels"),
        };
    }

    private static readonly Dictionary<string, ChipEdge> Edges = new(StringComparer.Ordinal)
    {
        ["drop"] = ChipEdge.Drop,
        ["pad"] = ChipEdge.Pad,
        ["overlap"] = ChipEdge.Overlap,
    };

    private static ImmutableArray<int> ReadSizes(YamlNode node)
    {
        if (node is YamlList { Items.IsEmpty: true })
            throw node.Invalid($"expected a size from 1 to {LargestSize} pixels or a list of sizes, found an empty list");
        IEnumerable<YamlScalar> sizes = node is YamlList list ? list.Items.Select(i => i.AsScalar()) : [node.AsScalar()];
        return [.. sizes.Select(size => size.AsInt64() is >= 1 and <= LargestSize and var pixels ? (int)pixels
            : throw size.Invalid($"expected a size from 1 to {LargestSize} pixels, found {size.Text}")).Distinct().Order()];
    }
}
