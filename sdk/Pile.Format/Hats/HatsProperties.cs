using System.Globalization;
using System.Text;

namespace Pile.Format;

/// <summary>The properties of a HATS catalogue: lines <c>key=value</c> in the syntax of Java properties files, in UTF-8.</summary>
internal sealed class HatsProperties
{
    internal const string FileName = "hats.properties", CopyName = "properties", CollectionName = "collection.properties";

    /// <summary>The files of which a HATS catalogue or collection has at least one.</summary>
    internal static readonly string[] FilesOfCatalogues = [FileName, CopyName, CollectionName];
    internal const int LargestBytes = 1 << 20;
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    private HatsProperties() { }

    /// <summary>The value of a key; null if the key is missing or its value is empty.</summary>
    internal string? this[string key] => values.TryGetValue(key, out string? value) && value.Length > 0 ? value : null;

    /// <summary>All keys.</summary>
    internal IReadOnlyCollection<string> Keys => values.Keys;

    /// <summary>Returns whether a key exists, with or without a value.</summary>
    internal bool Has(string key) => values.ContainsKey(key);

    /// <summary>Returns the name of a folder without <c>./</c> before and <c>/</c> after it, which other programs write.</summary>
    internal static string? FolderOf(string? value)
    {
        string? name = value?.TrimEnd('/');
        return name?.StartsWith("./", StringComparison.Ordinal) == true ? name[2..] : name;
    }

    /// <summary>Parses the text.</summary>
    /// <exception cref="FormatException">A line has no key, or an escape sequence is not valid.</exception>
    internal static HatsProperties Parse(string text)
    {
        HatsProperties properties = new();
        using StringReader lines = new(text);
        int number = 0;
        while (lines.ReadLine() is { } line)
        {
            number++;
            line = line.TrimStart(' ', '\t', '\f');
            if (line.Length == 0 || line[0] is '#' or '!')
                continue;
            while (EndsInOddBackslashes(line) && lines.ReadLine() is { } next)
            {
                number++;
                line = line[..^1] + next.TrimStart(' ', '\t', '\f');
            }
            int keyEnd = KeyEnd(line);
            if (keyEnd == 0)
                throw new FormatException($"line {number} has no key");
            string rest = line[keyEnd..].TrimStart(' ', '\t', '\f');
            if (rest.Length > 0 && rest[0] is '=' or ':')
                rest = rest[1..].TrimStart(' ', '\t', '\f');
            properties.values[Unescape(line[..keyEnd], number)] = Unescape(rest, number).Trim();
        }
        return properties;
    }

    private static bool EndsInOddBackslashes(string line) => (line.Length - line.TrimEnd('\\').Length) % 2 == 1;

    private static int KeyEnd(string line)
    {
        for (int i = 0; i < line.Length; i++)
            if (line[i] == '\\')
                i++;
            else if (line[i] is '=' or ':' or ' ' or '\t' or '\f')
                return i;
        return line.Length;
    }

    private static string Unescape(string text, int line)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }
            if (++i == text.Length)
                break;
            if (text[i] != 'u')
            {
                plain.Append(text[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'f' => '\f', char c => c });
                continue;
            }
            if (i + 4 >= text.Length || !ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture, out ushort code))
                throw new FormatException($"line {line} has the escape \\u without four hexadecimal digits");
            plain.Append((char)code);
            i += 4;
        }
        return plain.ToString();
    }
}
