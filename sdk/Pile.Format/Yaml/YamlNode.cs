namespace Pile.Format.Yaml;

/// <summary>A node of a YAML document with its line and column, for error messages.</summary>
internal abstract class YamlNode
{
    private protected YamlNode(string source, int line, int column) => (Source, Line, Column) = (source, line, column);

    /// <summary>The file that contains the node, for messages.</summary>
    public string Source { get; }

    /// <summary>The line of its first character, from 1.</summary>
    public int Line { get; }

    /// <summary>The column of its first character, from 1.</summary>
    public int Column { get; }

    /// <summary>Creates an error about this node.</summary>
    public DocumentInvalidException Invalid(string finding) => new(Source, Line, Column, finding);

    /// <summary>Returns this node as a mapping.</summary>
    /// <exception cref="DocumentInvalidException">The node is not a mapping.</exception>
    public YamlMap AsMap() => this as YamlMap ?? throw Invalid($"expected a mapping (key: value), found {Kind}");

    /// <summary>Returns this node as a list.</summary>
    /// <exception cref="DocumentInvalidException">The node is not a list.</exception>
    public YamlList AsList() => this as YamlList ?? throw Invalid($"expected a list, found {Kind}");

    /// <summary>Returns this node as a scalar.</summary>
    /// <exception cref="DocumentInvalidException">The node is not a scalar.</exception>
    public YamlScalar AsScalar() => this as YamlScalar ?? throw Invalid($"expected a single value, found {Kind}");

    private string Kind => this switch { YamlMap => "a mapping", YamlList => "a list", _ => "a single value" };
}
