using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Pile.Review;

/// <summary>The rules of SCHEMA.md, which is embedded in the assembly, by code of finding and by number of requirement.</summary>
internal static partial class SchemaRules
{
    private static readonly string[] Lines = Read();

    /// <summary>The finding of each code, and the requirements it refers to.</summary>
    internal static FrozenDictionary<string, (string Text, string[] Requirements)> Findings { get; } = Lines
        .Select(line => FindingLine().Match(line)).Where(m => m.Success)
        .ToFrozenDictionary(m => m.Groups["code"].Value, m => (m.Groups["text"].Value, m.Groups["rules"].Value.Split(", ")),
            StringComparer.Ordinal);

    [GeneratedRegex(@"^\| (?<code>[A-Z]\d{3}) \| (?<text>.*) \| (?<rules>S[\d., S]+) \|$", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex FindingLine();

    /// <summary>Returns the text of a requirement such as S1.4; empty if it is unknown.</summary>
    internal static string Requirement(string number)
    {
        int first = Array.FindIndex(Lines, line => line.StartsWith($"- **{number}** ", StringComparison.Ordinal));
        if (first < 0)
            return "";
        IEnumerable<string> rest = Lines.Skip(first + 1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal));
        return string.Join(' ', rest.Prepend(Lines[first][$"- **{number}** ".Length..]).Select(line => line.Trim()))
            .Replace("`", "", StringComparison.Ordinal);
    }

    private static string[] Read()
    {
        using Stream stream = typeof(SchemaRules).Assembly.GetManifestResourceStream("SCHEMA.md")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split('\n');
    }
}
