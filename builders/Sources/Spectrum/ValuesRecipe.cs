using Pile.Builders.Sources.SkyImages;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Where the values of one quantity are.</summary>
/// <param name="Files">The file of each file of the flux; null for the same files.</param>
/// <param name="Hdu">The HDU, a name or a number; null for that of the flux.</param>
/// <param name="Column">The column of a table; null for an image.</param>
/// <param name="Row">The only line of an image, or row of a table, that is used; null for all.</param>
internal sealed record ValuesRecipe(IReadOnlyList<string>? Files, string? Hdu, string? Column, int? Row)
{
    /// <summary>Reads the keys <c>column</c>, <c>hdu</c>, <c>replace</c>, <c>files</c> and <c>row</c>.</summary>
    /// <returns>Null if all of them are missing.</returns>
    internal static ValuesRecipe? Read(RecipeSource source, YamlMap map, IReadOnlyList<string> fluxFiles)
    {
        string? column = map.TextOrNull("column"), hdu = map.TextOrNull("hdu");
        IReadOnlyList<string>? files = map.Find("replace") is null && map.Find("files") is null ? null
            : CompanionRecipe.Read(source, map, fluxFiles).Files;
        int? row = RowOf(map);
        return column is null && hdu is null && files is null && row is null ? null : new(files, hdu, column, row);
    }

    internal static int? RowOf(YamlMap map) => map.Find("row")?.AsScalar() is not { } row ? null
        : row.AsInt64() is >= 0 and <= int.MaxValue and var line ? (int)line : throw row.Invalid("expected the number of a row, from 0");
}
