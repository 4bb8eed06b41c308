namespace Pile.Format.Yaml;

/// <summary>A piece of a YAML document that knows where it stands, so that every complaint can name line and column.</summary>
internal abstract class YamlNode
{
    private protected YamlNode(string source, int line, int column) => (Source, Line, Column) = (source, line, column);

    /// <summary>The file it came from, as messages name it.</summary>
    public string Source { get; }

    /// <summary>The line where it starts, from 1.</summary>
    public int Line { get; }

    /// <summary>The column where it starts, from 1.</summary>
    public int Column { get; }

    /// <summary>An error about this piece of the document.</summary>
    public DocumentInvalidException Invalid(string finding) => new(Source, Line, Column, finding);

    /// <summary>This node as a mapping.</summary>
    /// <exception cref="DocumentInvalidException">It is something else.</exception>
    public YamlMap AsMap() => this as YamlMap ?? throw Invalid($"expected a mapping (key: value), found {Kind}");

    /// <summary>This node as a list.</summary>
    /// <exception cref="DocumentInvalidException">It is something else.</exception>
    public YamlList AsList() => this as YamlList ?? throw Invalid($"expected a list, found {Kind}");

    /// <summary>This node as a single value.</summary>
    /// <exception cref="DocumentInvalidException">It is something else.</exception>
    public YamlScalar AsScalar() => this as YamlScalar ?? throw Invalid($"expected a single value, found {Kind}");

    private string Kind => this switch { YamlMap => "a mapping", YamlList => "a list", _ => "a single value" };
}
