using System.Collections.Immutable;
using Pile.Builders.Sources.SkyImages;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.Cube;

/// <summary>The maps that were derived from a cube: the key <c>maps</c>.</summary>
/// <param name="Files">The file of each cube's maps, null for a cube without maps; null if they are in the files of the cubes.</param>
/// <param name="Hdus">The HDUs that are maps; empty for all images of the file with the cube's rows and columns.</param>
/// <param name="MaskBits">The meaning of the bits of their masks.</param>
internal sealed record MapsRecipe(IReadOnlyList<string?>? Files, ImmutableArray<string> Hdus, string? MaskBits)
{
    /// <summary>Reads <c>replace: [old, new]</c> or <c>files: glob</c> for files of their own, <c>hdus</c>, and <c>optional</c>.</summary>
    internal static MapsRecipe Read(RecipeSource source, YamlMap map, IReadOnlyList<string> cubes)
    {
        map.RequireKeys("replace", "files", "hdus", "bits", "optional");
        ImmutableArray<string> hdus = [.. map.Find("hdus")?.AsList().Items.Select(i => i.AsScalar().Text) ?? []];
        if (map.Find("replace") is null && map.Find("files") is null)
            return hdus.IsEmpty ? throw map.Invalid("expected 'replace', 'files' or 'hdus'") : new(null, hdus, map.TextOrNull("bits"));
        bool isOptional = map.Find("optional")?.AsScalar().AsBool() ?? false;
        return new(CompanionRecipe.ReadFiles(source, map, cubes, isOptional), hdus, map.TextOrNull("bits"));
    }
}
