using System.Reflection;

namespace Pile.Builders;

/// <summary>Gives a builder the name under which recipes refer to it, and its version.</summary>
/// <param name="kind">The value of <c>kind</c> in a recipe's source, for example <c>sdss-spectrum</c>.</param>
/// <param name="version">The version of the builder. The manifest of a dataset records it; increase it when the rows change.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DatasetBuilderAttribute(string kind, string version = "1") : Attribute
{
    /// <summary>The value of <c>kind</c> in a recipe's source.</summary>
    public string Kind { get; } = kind;

    /// <summary>The version of the builder.</summary>
    public string Version { get; } = version;

    internal static DatasetBuilderAttribute? Of(Type type) => type.GetCustomAttribute<DatasetBuilderAttribute>(inherit: false);
}
