using Pile.Builders.Sources.Table;
using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The catalogue of the objects.</summary>
/// <param name="Path">The table.</param>
/// <param name="Name">The name of the table in the dataset.</param>
/// <param name="Positions">The columns of ids and positions, their unit and frame.</param>
/// <param name="Choice">The columns that are kept, and their types.</param>
/// <param name="Joins">The tables whose columns are added to it.</param>
/// <param name="Filter">The SQL condition on the objects that are used; null for all.</param>
internal sealed record CatalogueRecipe(string Path, string Name, PositionOptions Positions, ColumnChoice Choice,
    IReadOnlyList<TableJoin> Joins, string? Filter)
{
    // All units share the joined tables, so that no unit may cancel reading them.
    private readonly Lazy<Task<KeyedRows[]>> joined = new(() => Task.WhenAll(Joins.Select(join => join.ReadAsync(CancellationToken.None))));

    /// <summary>The rows of <see cref="Joins"/>.</summary>
    internal Task<KeyedRows[]> JoinedAsync() => joined.Value;

    /// <summary>Returns the catalogue as this build reads it: with the row numbers as ids if an earlier reading decided so.</summary>
    internal CatalogueRecipe In(BuildContext context) =>
        Positions.IdColumn is null && context.Decisions.RowNumbersAreIds
            ? this with { Positions = Positions with { IdColumn = PositionColumns.RowNumberId } } : this;

    /// <summary>The paths of the file and of joined ones, without the HDU that may follow after a <c>#</c>.</summary>
    internal IEnumerable<string> Files => [TableReader.FileOf(Path), .. Joins.Select(join => TableReader.FileOf(join.Path))];

    /// <summary>Reads <c>catalogue</c>, <c>id</c>, <c>ra</c>, <c>dec</c>, <c>ra_unit</c>, <c>frame</c>, <c>exclude</c>, <c>only</c>,
    /// <c>cast</c>, <c>join</c> and <c>filter</c> of a recipe's source.</summary>
    /// <exception cref="Format.DocumentInvalidException">A key is missing or has an invalid value.</exception>
    internal static CatalogueRecipe Read(RecipeSource source)
    {
        YamlMap map = source.Map;
        return Read(source, map, map.Text("catalogue"), PositionKeys.Read(map));
    }

    /// <summary>Reads a key <c>catalogue</c> with the positions of objects whose measurements are in other files.</summary>
    /// <param name="source">The recipe's source.</param>
    /// <param name="map">The map of the key.</param>
    /// <exception cref="Format.DocumentInvalidException">A key is missing or has an invalid value, or the source has keys of positions,
    /// too.</exception>
    internal static CatalogueRecipe ReadObjects(RecipeSource source, YamlMap map)
    {
        if (source.Map.Entries.FirstOrDefault(e => e.Key.Text is "ra" or "dec" or "ra_unit" or "frame").Key is { } twice)
            throw twice.Invalid($"if there is a 'catalogue', '{twice.Text}' must be a key of it");
        map.RequireKeys("file", "id", "ra", "dec", "ra_unit", "frame", "rename", "exclude", "only", "cast", "join", "filter");
        return Read(source, map, map.Text("file"), PositionKeys.Read(map) with { IdColumn = map.Text("id") });
    }

    /// <summary>Reads the keys of a catalogue.</summary>
    /// <param name="source">The recipe's source.</param>
    /// <param name="map">The map that has the keys.</param>
    /// <param name="file">The table.</param>
    /// <param name="positions">The columns of ids and positions.</param>
    internal static CatalogueRecipe Read(RecipeSource source, YamlMap map, string file, PositionOptions positions)
    {
        string path = source.PathOf(file);
        return new(path, source.NameOf(path), positions, ColumnChoice.Read(map), TableJoin.ReadAll(source, map), map.TextOrNull("filter"));
    }
}
