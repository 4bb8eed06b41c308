using Pile.Builders.Sources.SkyImages;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Where the values of one quantity are.</summary>
/// <param name="Files">The file of each file of the flux; null for the same files.</param>
/// <param name="Hdu">The HDU, a name or a number; null for that of the flux.</param>
/// <param name="Column">The column of a table; null for an image.</param>
/// <param name="Row">The only line of an image, or row of a table, that is used; null for all.</param>
/// <param name="Plane">The only plane of an image that is used; null for all.</param>
internal sealed record ValuesRecipe(IReadOnlyList<string>? Files, string? Hdu, string? Column, int? Row, int? Plane)
{
    /// <summary>The keys that say where values are.</summary>
    internal static ReadOnlySpan<string> Keys => new[] { "column", "hdu", "replace", "files", "row", "plane" };

    /// <summary>Reads the <see cref="Keys"/>.</summary>
    /// <returns>Null if all of them are missing.</returns>
    internal static ValuesRecipe? Read(RecipeSource source, YamlMap map, IReadOnlyList<string> fluxFiles)
    {
        string? column = map.TextOrNull("column"), hdu = map.TextOrNull("hdu");
        IReadOnlyList<string>? files = map.Find("replace") is null && map.Find("files") is null ? null
            : CompanionRecipe.Read(source, map, fluxFiles).Files;
        int? row = NumberOf(map, "row"), plane = NumberOf(map, "plane");
        return column is null && hdu is null && files is null && row is null && plane is null ? null : new(files, hdu, column, row, plane);
    }

    /// <summary>Reads the number of a row or plane.</summary>
    internal static int? NumberOf(YamlMap map, string key) => map.Find(key)?.AsScalar() is not { } number ? null
        : number.AsInt64() is >= 0 and <= int.MaxValue and var found ? (int)found
        : throw number.Invalid($"expected the number of a {key}, from 0");
}
