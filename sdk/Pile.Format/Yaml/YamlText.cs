using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pile.Format.Yaml;

/// <summary>Writes a YAML document with block mappings and flow lists of short values, keys in the given order.</summary>
internal sealed class YamlText
{
    private readonly StringBuilder text = new();
    private readonly Emitter emitter;

    /// <summary>Starts a document whose root is a mapping.</summary>
    public YamlText()
    {
        emitter = new Emitter(new StringWriter(text, CultureInfo.InvariantCulture) { NewLine = "\n" },
            new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        OpenMap(flow: false);
    }

    /// <summary>Ends the document.</summary>
    /// <returns>The text, which ends with a line feed.</returns>
    public string Finish()
    {
        CloseMap();
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    /// <summary>Writes a key with a text value, unless the value is null.</summary>
    public void Text(string key, string? value)
    {
        if (value is null)
            return;
        Key(key);
        TextItem(value);
    }

    /// <summary>Writes a key with an integer, unless the value is null.</summary>
    public void Number(string key, long? value)
    {
        if (value is not { } number)
            return;
        Key(key);
        Plain(number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Writes a key with a number in the shortest form that parses to the same value, unless the value is null.</summary>
    public void Number(string key, double? value)
    {
        if (value is not { } number)
            return;
        Key(key);
        NumberItem(number);
    }

    /// <summary>Writes a number as a list item, in the shortest form that parses to the same value.</summary>
    public void NumberItem(double number) =>
        Plain(double.IsNaN(number) ? ".nan" : double.IsInfinity(number) ? number > 0 ? ".inf" : "-.inf"
            : number.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Writes a key with true, or nothing: a missing key means false.</summary>
    public void Flag(string key, bool value)
    {
        if (!value)
            return;
        Key(key);
        Plain("true");
    }

    /// <summary>Writes a key with a mapping.</summary>
    public void Map(string key, Action body, bool flow = false)
    {
        Key(key);
        MapItem(body, flow);
    }

    /// <summary>Writes a key with a list.</summary>
    public void List(string key, Action body, bool flow = false)
    {
        Key(key);
        emitter.Emit(new SequenceStart(null, null, isImplicit: true, flow ? SequenceStyle.Flow : SequenceStyle.Block));
        body();
        emitter.Emit(new SequenceEnd());
    }

    /// <summary>Writes a mapping as a list item.</summary>
    public void MapItem(Action body, bool flow = false)
    {
        OpenMap(flow);
        body();
        CloseMap();
    }

    /// <summary>Writes a text as a list item.</summary>
    public void TextItem(string value) => Scalar(value, StyleOf(value));

    /// <summary>Writes an integer as a list item.</summary>
    public void NumberItem(long value) => Plain(value.ToString(CultureInfo.InvariantCulture));

    private void Key(string key) => Scalar(key, key.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.DoubleQuoted : StyleOf(key));

    private void Scalar(string value, ScalarStyle style) =>
        emitter.Emit(new Scalar(null, null, value, style, isPlainImplicit: true, isQuotedImplicit: true));

    private static ScalarStyle StyleOf(string value) => NeedsEscapes(value) || LooksLikeAnotherType(value) ? ScalarStyle.DoubleQuoted
        : value.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.Literal : ScalarStyle.Any;

    private void Plain(string value) =>
        emitter.Emit(new Scalar(null, null, value, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));

    private void OpenMap(bool flow) =>
        emitter.Emit(new MappingStart(null, null, isImplicit: true, flow ? MappingStyle.Flow : MappingStyle.Block));

    private void CloseMap() => emitter.Emit(new MappingEnd());

    // YAML parsers fold, trim or reject these characters outside double quotes.
    private static bool NeedsEscapes(string value)
    {
        if (value.Length > 0 && (value[0] is ' ' or '\t' or '\n' || value[^1] is ' ' or '\t'))
            return true;
        if (value.Contains(" \n", StringComparison.Ordinal) || value.EndsWith("\n\n", StringComparison.Ordinal))
            return true;
        foreach (Rune rune in value.EnumerateRunes())
            if (rune.Value != '\n' && (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF
                || rune.Value > 0xFFFF))
                return true;
        return false;
    }

    // Other YAML parsers infer types: a version '1.0' or a band 'y' (true in YAML 1.1) must stay text.
    private static bool LooksLikeAnotherType(string value) =>
        value.Length == 0 || char.IsDigit(value[0]) || value[0] is '+' or '-' or '.' or '~'
        || value.ToLowerInvariant() is "=" or "<<" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n" or "null";
}
