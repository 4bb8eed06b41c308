using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Pile.Builders;

/// <summary>The indexers among the types of an assembly.</summary>
internal static class ChipIndexerTypes
{
    /// <summary>Creates an instance of each class that derives from <see cref="ChipIndexer"/> and has a public constructor without
    /// parameters.</summary>
    /// <exception cref="ArgumentException">A public class has no such constructor, or two indexers have the same name.</exception>
    /// <exception cref="TargetInvocationException">A constructor failed.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = BuilderRegistry.KeptAssembly)]
    internal static ImmutableSortedDictionary<string, ChipIndexer> Create(IEnumerable<Type> types)
    {
        Dictionary<string, ChipIndexer> found = new(StringComparer.Ordinal);
        foreach (Type type in types)
        {
            if (!type.IsAssignableTo(typeof(ChipIndexer)) || type.IsAbstract)
                continue;
            if (type.GetConstructor([]) is not { } constructor)
            {
                if (type.IsVisible)
                    throw new ArgumentException($"The indexer '{type.FullName}' needs a public constructor without parameters.",
                        nameof(types));
                continue;
            }
            ChipIndexer indexer = (ChipIndexer)constructor.Invoke(null);
            if (!found.TryAdd(indexer.Name, indexer))
                throw new ArgumentException(TwoOfOneName(found[indexer.Name], indexer), nameof(types));
        }
        return found.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>The message for two indexers with one name.</summary>
    internal static string TwoOfOneName(ChipIndexer a, ChipIndexer b) =>
        $"Two indexers are called '{a.Name}': {a.GetType().FullName} of {a.GetType().Assembly.GetName().Name} and "
        + $"{b.GetType().FullName} of {b.GetType().Assembly.GetName().Name}. Rename one of them.";
}
