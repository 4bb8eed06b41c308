using System.Collections.Immutable;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>The key <c>band</c>: a column of bands with names for its values, or one name for all samples.</summary>
/// <param name="Column">The column; null if all samples are in one band.</param>
/// <param name="Name">The name of the only band; null if there is a column.</param>
/// <param name="Names">The values of the column and the names of their bands, in the order of the bands in a row; empty to use the values
/// as names, ascending.</param>
internal sealed record BandColumnRecipe(string? Column, string? Name, ImmutableArray<(string Value, string Name)> Names)
{
    /// <exception cref="DocumentInvalidException">A key is unknown, or there are both a column and a name, or neither.</exception>
    internal static BandColumnRecipe Read(YamlNode node)
    {
        if (node is not YamlMap map)
            return new(node.AsScalar().Text, null, []);
        map.RequireKeys("column", "names", "name");
        string? column = map.TextOrNull("column"), name = map.TextOrNull("name");
        if ((column is null) == (name is null) || (name is not null && map.Find("names") is not null))
            throw map.Invalid("expected either 'column', optionally with 'names' for its values, or one 'name' for all samples");
        return name is "" ? throw map.Invalid("a band needs a name") : new(column, name, ReadNames(map));
    }

    /// <summary>Reads the key <c>names</c> of a mapping.</summary>
    /// <returns>The values of a column and the names of their bands; empty without the key.</returns>
    /// <exception cref="DocumentInvalidException">A band has no name, or two have the same.</exception>
    internal static ImmutableArray<(string Value, string Name)> ReadNames(YamlMap map)
    {
        ImmutableArray<(string Value, string Name)> names = map.Find("names") is { } list
            ? [.. list.AsMap().Entries.Select(e => (e.Key.Text, e.Value.AsScalar().Text))] : [];
        return names.Any(n => n.Name.Length == 0) ? throw map.Invalid("a band needs a name")
            : names.CountBy(n => n.Name, StringComparer.Ordinal).FirstOrDefault(n => n.Value > 1).Key is { } twice
                ? throw map.Invalid($"two bands are called '{twice}'")
            : names;
    }
}
