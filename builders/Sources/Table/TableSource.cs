using Pile.Format;
using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources.Table;

/// <summary>The <c>source</c> of a recipe for tables. <c>SOURCE.md</c> describes its keys.</summary>
internal sealed record TableSource
{
    /// <summary>The source as written.</summary>
    internal required RecipeSource Recipe { get; init; }

    /// <summary>The columns of id and position, their unit and frame.</summary>
    internal required PositionOptions Positions { get; init; }

    /// <summary>False if the rows have no positions, and are keyed by a hash of their id.</summary>
    internal bool HasPositions { get; init; } = true;

    /// <summary>The columns that are kept, their names and types.</summary>
    internal required ColumnChoice Choice { get; init; }

    /// <summary>The tables whose columns are added.</summary>
    internal required IReadOnlyList<TableJoin> Joins { get; init; }

    /// <summary>The SQL condition on the rows that are kept; null for all.</summary>
    internal string? Filter { get; init; }

    /// <summary>False if the lists of a Parquet STRUCT, or of a list of objects in JSON Lines, are stored as separate lists.</summary>
    internal bool KeepsStructs { get; init; } = true;

    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal static TableSource Read(RecipeSource recipe)
    {
        recipe.Map.RequireKeys("kind", "files", "id", "ra", "dec", "ra_unit", "frame", "nested", "rename", "exclude", "only", "cast",
            "join", "filter", "partition");
        _ = recipe.Map.Required("files");
        return new()
        {
            Recipe = recipe,
            Positions = PositionKeys.Read(recipe.Map),
            HasPositions = ReadPartition(recipe.Map),
            Choice = ColumnChoice.Read(recipe.Map),
            Joins = TableJoin.ReadAll(recipe, recipe.Map),
            Filter = recipe.Map.TextOrNull("filter"),
            KeepsStructs = recipe.Map.Find("nested")?.AsScalar().AsBool() ?? true,
        };
    }

    private static bool ReadPartition(YamlMap map)
    {
        if (map.Find("partition")?.AsScalar() is not { } word || word.Text == Partition.Healpix)
            return true;
        if (word.Text != Partition.Hash)
            throw word.Invalid($"expected the partition '{Partition.Healpix}' or '{Partition.Hash}', found '{word.Text}'");
        foreach (string key in (ReadOnlySpan<string>)["ra", "dec", "ra_unit", "frame"])
            if (map.Find(key) is { } given)
                throw given.Invalid($"'{key}' belongs to positions, but the rows of 'partition: {Partition.Hash}' have none: leave out one "
                    + "of the two");
        return false;
    }
}
