using System.Collections.Immutable;
using System.Globalization;

namespace Pile.Format;

/// <summary>The meaning of one code of an integer column.</summary>
/// <param name="Code">The stored number.</param>
/// <param name="Name">The name of the class.</param>
public sealed record CategorySchema(long Code, string Name)
{
    /// <summary>Returns the codes that the OPTIONs of a VOTable name (VOTable 1.4 §4.7): a name is optional, and an option without a value
    /// is a heading of others.</summary>
    /// <returns>The codes in ascending order; empty if a value is no integer or stands twice, because other lists of values say nothing
    /// about codes.</returns>
    internal static ImmutableArray<CategorySchema> OfOptions(IEnumerable<(string? Name, string? Value)> options)
    {
        SortedDictionary<long, CategorySchema> categories = [];
        foreach ((string? name, string? value) in options)
            if (name is null || value is null)
                continue;
            else if (!long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out long code)
                || !categories.TryAdd(code, new(code, name)))
                return [];
        return [.. categories.Values];
    }
}
