using Pile.Builders.Sources.SkyImages;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.FitsCutout;

/// <summary>The <c>source</c> of a recipe for cut-outs. <c>SOURCE.md</c> describes its keys.</summary>
internal sealed record CutoutRecipe
{
    internal required CatalogueRecipe Catalogue { get; init; }

    /// <summary>Rows of a cut-out.</summary>
    internal required int Height { get; init; }

    /// <summary>Columns of a cut-out.</summary>
    internal required int Width { get; init; }

    internal required IReadOnlyList<BandRecipe> Bands { get; init; }

    /// <summary>Every file that a build reads.</summary>
    internal IEnumerable<string> Files() => [.. Catalogue.Files, .. Bands.SelectMany(b => b.AllFiles)];

    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal static CutoutRecipe Read(RecipeSource source)
    {
        YamlMap map = source.Map;
        map.RequireKeys("kind", "catalogue", "id", "ra", "dec", "ra_unit", "frame", "rename", "exclude", "only", "cast",
            "join", "filter", "size", "bands");
        (int height, int width) = ImageSize.Read(map.Required("size"));
        return new()
        {
            Catalogue = CatalogueRecipe.Read(source),
            Height = height,
            Width = width,
            Bands = BandRecipe.ReadAll(source, map.Required("bands").AsList()),
        };
    }
}
