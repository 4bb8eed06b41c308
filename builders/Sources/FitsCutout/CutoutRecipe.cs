using Pile.Builders.Sources.SkyImages;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.FitsCutout;

/// <summary>The <c>source</c> of a recipe for cut-outs. <c>SOURCE.md</c> describes its keys.</summary>
internal sealed record CutoutRecipe
{
    private const int LargestSize = 16384;

    internal required CatalogueRecipe Catalogue { get; init; }

    /// <summary>Rows of a cut-out.</summary>
    internal required int Height { get; init; }

    /// <summary>Columns of a cut-out.</summary>
    internal required int Width { get; init; }

    internal required IReadOnlyList<BandRecipe> Bands { get; init; }

    /// <summary>Every file that a build reads.</summary>
    internal IEnumerable<string> Files() => [Catalogue.File, .. Bands.SelectMany(b => b.Files.Concat(b.Companions.Files))];

    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal static CutoutRecipe Read(RecipeSource source)
    {
        YamlMap map = source.Map;
        map.RequireKeys("kind", "catalogue", "id", "ra", "dec", "ra_unit", "frame", "exclude", "only", "cast", "size", "bands");
        (int height, int width) = ReadSize(map.Required("size"));
        YamlList bands = map.Required("bands").AsList();
        CutoutRecipe recipe = new()
        {
            Catalogue = CatalogueRecipe.Read(source),
            Height = height,
            Width = width,
            Bands = [.. bands.Items.Select(b => BandRecipe.Read(source, b.AsMap()))],
        };
        if (recipe.Bands.Count == 0)
            throw bands.Invalid("at least one band is needed");
        return recipe.Bands.CountBy(b => b.Name, StringComparer.Ordinal).FirstOrDefault(b => b.Value > 1) is { Key: { } twice }
            ? throw bands.Invalid($"two bands are called '{twice}'") : recipe;
    }

    private static (int Height, int Width) ReadSize(YamlNode node) => node is not YamlList list ? (Length(node), Length(node))
        : list.Items.Length == 2 ? (Length(list.Items[0]), Length(list.Items[1]))
            : throw node.Invalid("expected one number of pixels, or two: [ny, nx]");

    private static int Length(YamlNode node) => node.AsScalar().AsInt64() is >= 1 and <= LargestSize and var pixels
        ? (int)pixels : throw node.Invalid($"expected 1 to {LargestSize} pixels");
}
