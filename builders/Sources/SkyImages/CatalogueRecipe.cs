using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The catalogue of the objects.</summary>
/// <param name="Path">The table.</param>
/// <param name="Name">The name of the table in the dataset.</param>
/// <param name="Id">The column of ids, or null to find it.</param>
/// <param name="Ra">The column of right ascensions, or null to find it.</param>
/// <param name="Dec">The column of declinations, or null to find it.</param>
/// <param name="RaUnit">The unit of right ascensions, or null for the unit in the table.</param>
/// <param name="Frame">The frame of the positions, or null for the frame in the table.</param>
/// <param name="Choice">The columns that are kept, and their types.</param>
internal sealed record CatalogueRecipe(string Path, string Name, string? Id, string? Ra, string? Dec, RaUnit? RaUnit, string? Frame,
    ColumnChoice Choice)
{
    /// <summary>Returns the catalogue as this build reads it: with the row numbers as ids if an earlier reading decided so.</summary>
    internal CatalogueRecipe In(BuildContext context) =>
        Id is null && context.Decisions.RowNumbersAreIds ? this with { Id = PositionColumns.RowNumberId } : this;

    /// <summary>The path of the file, without the HDU that may follow after a <c>#</c>.</summary>
    internal string File => TableReader.FileOf(Path);

    /// <summary>Reads <c>catalogue</c>, <c>id</c>, <c>ra</c>, <c>dec</c>, <c>ra_unit</c>, <c>frame</c>, <c>exclude</c>, <c>only</c> and
    /// <c>cast</c> of a recipe's source.</summary>
    /// <exception cref="Format.DocumentInvalidException">A key is missing or has an invalid value.</exception>
    internal static CatalogueRecipe Read(RecipeSource source)
    {
        YamlMap map = source.Map;
        string path = source.PathOf(map.Text("catalogue"));
        return new(path, source.NameOf(path), map.TextOrNull("id"), map.TextOrNull("ra"), map.TextOrNull("dec"),
            map.Find("ra_unit") is { } unit ? unit.AsScalar().AsOneOf(RaUnits.Words) : null, FrameKey.Read(map), ColumnChoice.Read(map));
    }
}
