using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pile.Format.Yaml;

/// <summary>Reads a YAML document into nodes with line and column.</summary>
/// <remarks>Anchors, aliases and tags are rejected: documents do not need them, and an alias can make a small file huge.</remarks>
internal static class YamlReader
{
    private const int DepthLimit = 32;

    /// <summary>Reads one document.</summary>
    /// <param name="text">The document.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="DocumentInvalidException">The text is not valid YAML, or uses an unsupported feature.</exception>
    public static YamlNode Read(string text, string source)
    {
        Parser parser = new(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                throw new DocumentInvalidException(source, 1, 1, "the file is empty");
            parser.Consume<DocumentStart>();
            YamlNode root = ReadNode(parser, source, DepthLimit);
            DocumentEnd end = parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _) ? root : throw new DocumentInvalidException(source, (int)end.End.Line,
                (int)end.End.Column, "expected one document, found a second one");
        }
        catch (YamlException e) when (e.Message.Contains(" tab ", StringComparison.Ordinal) && TabIn(text) is > 0 and var line)
        {
            throw new DocumentInvalidException(source, line, 1, "the line is indented by a tab; YAML allows spaces only", e);
        }
        catch (YamlException e)
        {
            throw new DocumentInvalidException(source, (int)e.Start.Line, (int)e.Start.Column, e.Message.TrimEnd('.'), e);
        }
        catch (InvalidOperationException e) // YamlDotNet's scanner throws this for some unclosed brackets
        {
            Mark at = parser.Current?.End ?? default;
            throw new DocumentInvalidException(source, (int)Math.Max(at.Line, 1), (int)Math.Max(at.Column, 1),
                "the YAML ends unexpectedly after this position", e);
        }
    }

    /// <summary>Returns the first line whose indentation has a tab, from 1; 0 without one. The parser names the line where the mapping
    /// begins.</summary>
    private static int TabIn(string text)
    {
        int number = 1;
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (line[..(line.Length - line.TrimStart().Length)].Contains('\t'))
                return number;
            number++;
        }
        return 0;
    }

    private static YamlNode ReadNode(Parser parser, string source, int depthLeft)
    {
        ParsingEvent next = parser.Current!;
        (int line, int column) = ((int)next.Start.Line, (int)next.Start.Column);
        if (depthLeft == 0)
            throw new DocumentInvalidException(source, line, column, $"nested deeper than {DepthLimit} levels");
        if (next is NodeEvent { Anchor.IsEmpty: false } or AnchorAlias)
            throw new DocumentInvalidException(source, line, column,
                "anchors and aliases are not allowed; put a text that begins with * or & into quotes");
        if (next is NodeEvent { Tag.IsEmpty: false })
            throw new DocumentInvalidException(source, line, column, "tags are not allowed");

        if (parser.TryConsume<Scalar>(out var scalar))
            return new YamlScalar(source, line, column, scalar.Value, scalar.Style == ScalarStyle.Plain);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            ImmutableArray<YamlNode>.Builder items = ImmutableArray.CreateBuilder<YamlNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
                items.Add(ReadNode(parser, source, depthLeft - 1));
            return new YamlList(source, line, column, items.DrainToImmutable());
        }
        parser.Consume<MappingStart>();
        Dictionary<string, (YamlScalar, YamlNode)> entries = new(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            YamlScalar key = ReadNode(parser, source, depthLeft - 1).AsScalar();
            if (!entries.TryAdd(key.Text, (key, ReadNode(parser, source, depthLeft - 1))))
                throw key.Invalid($"the key '{key.Text}' is a duplicate");
        }
        return new YamlMap(source, line, column, entries);
    }
}
