using System.Collections.Immutable;

namespace Pile.Format.Yaml;

/// <summary>A list of nodes.</summary>
internal sealed class YamlList : YamlNode
{
    internal YamlList(string source, int line, int column, ImmutableArray<YamlNode> items) : base(source, line, column) => Items = items;

    /// <summary>The items in order.</summary>
    public ImmutableArray<YamlNode> Items { get; }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Items)}]";
}
