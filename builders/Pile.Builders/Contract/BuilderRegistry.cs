using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Pile.Builders.Plugins;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders;

/// <summary>The builders that recipes can refer to, by the value of <c>kind</c>, and the indexers of chips.</summary>
public sealed class BuilderRegistry
{
    internal const string KeptAssembly = "An assembly of builders is kept as a whole.";

    private readonly ImmutableSortedDictionary<string, Type> types;
    private readonly ImmutableSortedDictionary<string, ChipIndexer> indexers;

    private BuilderRegistry(ImmutableSortedDictionary<string, Type> types, ImmutableSortedDictionary<string, ChipIndexer> indexers) =>
        (this.types, this.indexers) = (types, indexers);

    /// <summary>Opens the datasets that are sources of others; null if builders cannot read any.</summary>
    internal IStoredDatasets? Datasets { get; init; }

    /// <summary>The names of all builders, sorted.</summary>
    public IEnumerable<string> Kinds => types.Keys;

    /// <summary>The builders of an assembly: the classes with a <see cref="DatasetBuilderAttribute"/>; and its indexers: the classes that
    /// derive from <see cref="ChipIndexer"/>.</summary>
    /// <remarks>An application that is trimmed or compiled to native code has to keep the whole assembly:
    /// <c>&lt;TrimmerRootAssembly Include="NAME" /&gt;</c> in its project.</remarks>
    /// <exception cref="ArgumentException">A class with the attribute is not a builder, a public indexer has no public constructor without
    /// parameters, or two builders or two indexers have the same name.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = KeptAssembly)]
    public static BuilderRegistry Of(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return Of(assembly.GetTypes());
    }

    /// <summary>Loads the builders and indexers of a plug-in: an assembly that is not part of the program.</summary>
    /// <remarks>The plug-in uses the program's assemblies of Pile, and its own version of all other dependencies. It is never
    /// unloaded. A native program cannot load any.</remarks>
    /// <param name="path">The assembly; its dependencies are beside it.</param>
    /// <exception cref="SourceUnreadableException">The file is not an assembly, is built for another version of Pile, fails while loading,
    /// or has neither builders nor indexers.</exception>
    /// <exception cref="ArgumentException">As for <see cref="Of(Assembly)"/>.</exception>
    public static BuilderRegistry Load(string path)
    {
        Type[] loaded = PluginAssembly.Load(Path.GetFullPath(path));
        BuilderRegistry builders = PluginAssembly.Guard(path, () => Of(loaded));
        return builders.types.IsEmpty && builders.indexers.IsEmpty ? throw PluginAssembly.WithoutBuilders(path) : builders;
    }

    private static BuilderRegistry Of(Type[] types)
    {
        types = [.. types.Where(type => !type.IsNestedPrivate)]; // most types, which the compiler makes
        Dictionary<string, Type> found = new(StringComparer.Ordinal);
        foreach (Type type in types)
            if (DatasetBuilderAttribute.Of(type) is { } builder)
            {
                if (!type.IsAssignableTo(typeof(IDatasetBuilder)) || type.IsAbstract || ConstructorOf(type) is null)
                    throw new ArgumentException($"The class '{type.FullName}' has a {nameof(DatasetBuilderAttribute)}, "
                        + $"but is not a builder: it must implement {nameof(IDatasetBuilder)} "
                        + $"and have a public constructor that takes a {nameof(RecipeSource)}.", nameof(types));
                if (!found.TryAdd(builder.Kind, type))
                    throw new ArgumentException(TwoOfOneName(builder.Kind, found[builder.Kind], type), nameof(types));
            }
        return new(found.ToImmutableSortedDictionary(StringComparer.Ordinal), ChipIndexerTypes.Create(types));
    }

    /// <summary>Returns the builders and indexers of both registries.</summary>
    /// <exception cref="ArgumentException">Two builders or two indexers have the same name.</exception>
    public BuilderRegistry With(BuilderRegistry other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach ((string kind, Type type) in other.types)
            if (types.TryGetValue(kind, out Type? own))
                throw new ArgumentException(TwoOfOneName(kind, own, type), nameof(other));
        foreach ((string name, ChipIndexer indexer) in other.indexers)
            if (indexers.TryGetValue(name, out ChipIndexer? own))
                throw new ArgumentException(ChipIndexerTypes.TwoOfOneName(own, indexer), nameof(other));
        return new(types.AddRange(other.types), indexers.AddRange(other.indexers)) { Datasets = Datasets ?? other.Datasets };
    }

    /// <summary>Returns the same builders, which also read datasets.</summary>
    internal BuilderRegistry WithDatasets(IStoredDatasets datasets) => new(types, indexers) { Datasets = datasets };

    /// <summary>Creates the builder that a recipe refers to.</summary>
    /// <exception cref="PileException">There is no such builder, or the source has a wrong key; line and column are
    /// named.</exception>
    /// <exception cref="BuilderFailedException">The code of the builder failed.</exception>
    public IDatasetBuilder Create(RecipeSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        YamlScalar kind = source.Map.Required("kind").AsScalar();
        if (!types.TryGetValue(kind.Text, out Type? type))
            throw kind.Invalid(types.Count == 0
                ? $"there is no builder '{kind.Text}', because the registry has no builders. SourceBuilders.All has those of Pile"
                : $"there is no builder '{kind.Text}'; there are {string.Join(", ", Kinds)}");
        source.Indexers = indexers;
        source.Datasets = Datasets;
        return BuilderFailedException.Guard(kind.Text, "when it read the recipe's source",
            () => (IDatasetBuilder)ConstructorOf(type)!.Invoke(BindingFlags.DoNotWrapExceptions, null, [source], null));
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = KeptAssembly)]
    private static ConstructorInfo? ConstructorOf(Type type) => type.GetConstructor([typeof(RecipeSource)]);

    private static string TwoOfOneName(string kind, Type a, Type b) =>
        $"Two builders are called '{kind}': {a.FullName} of {a.Assembly.GetName().Name} and {b.FullName} of {b.Assembly.GetName().Name}. "
        + "Rename one of them.";
}
