using System.Collections.Frozen;
using Pile.Format.Yaml;

namespace Pile.Builders;

/// <summary>The builders that recipes can name.</summary>
/// <param name="factories">For each kind what makes a builder out of the recipe's <c>source</c>.</param>
public sealed class BuilderRegistry(IEnumerable<KeyValuePair<string, Func<RecipeSource, IDatasetBuilder>>> factories)
{
    private readonly FrozenDictionary<string, Func<RecipeSource, IDatasetBuilder>> factories = factories.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names of all builders, sorted.</summary>
    public IEnumerable<string> Kinds => factories.Keys.Order(StringComparer.Ordinal);

    /// <summary>Makes the builder that a recipe asks for.</summary>
    /// <exception cref="Format.DocumentInvalidException">There is no builder of that kind, or the source misuses a key.</exception>
    public IDatasetBuilder Create(RecipeSource source)
    {
        YamlScalar kind = source.Map.Required("kind").AsScalar();
        return factories.TryGetValue(kind.Text, out Func<RecipeSource, IDatasetBuilder>? factory)
            ? factory(source)
            : throw kind.Invalid($"there is no builder '{kind.Text}'; there are {string.Join(", ", Kinds)}");
    }
}
