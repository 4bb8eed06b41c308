using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The catalogue of the objects.</summary>
/// <param name="Path">The table.</param>
/// <param name="Name">The name of the table in the dataset.</param>
/// <param name="Positions">The columns of ids and positions, their unit and frame.</param>
/// <param name="Choice">The columns that are kept, and their types.</param>
internal sealed record CatalogueRecipe(string Path, string Name, PositionOptions Positions, ColumnChoice Choice)
{
    /// <summary>Returns the catalogue as this build reads it: with the row numbers as ids if an earlier reading decided so.</summary>
    internal CatalogueRecipe In(BuildContext context) =>
        Positions.IdColumn is null && context.Decisions.RowNumbersAreIds
            ? this with { Positions = Positions with { IdColumn = PositionColumns.RowNumberId } } : this;

    /// <summary>The path of the file, without the HDU that may follow after a <c>#</c>.</summary>
    internal string File => TableReader.FileOf(Path);

    /// <summary>Reads <c>catalogue</c>, <c>id</c>, <c>ra</c>, <c>dec</c>, <c>ra_unit</c>, <c>frame</c>, <c>exclude</c>, <c>only</c> and
    /// <c>cast</c> of a recipe's source.</summary>
    /// <exception cref="Format.DocumentInvalidException">A key is missing or has an invalid value.</exception>
    internal static CatalogueRecipe Read(RecipeSource source)
    {
        YamlMap map = source.Map;
        string path = source.PathOf(map.Text("catalogue"));
        return new(path, source.NameOf(path), PositionKeys.Read(map), ColumnChoice.Read(map));
    }
}
