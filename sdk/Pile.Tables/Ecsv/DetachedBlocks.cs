using System.Text.RegularExpressions;

namespace Pile.Tables.Ecsv;

/// <summary>Block texts of YAML whose indicator, <c>|</c> or <c>&gt;</c>, is alone in the line below its key.</summary>
/// <remarks>The archive of Gaia writes descriptions so, without the indent that YAML requires. PyYAML reads them, YamlDotNet does
/// not.</remarks>
internal static partial class DetachedBlocks
{
    [GeneratedRegex(@"^\s*[|>][-+1-9]{0,2}\s*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Indicator();

    [GeneratedRegex(@"[:-]\s+[|>][-+1-9]{0,2}\s*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex BlockStart();

    /// <summary>Returns the lines with each such indicator behind its key. Their number remains the same, for messages.</summary>
    internal static List<string> Attach(List<string> lines)
    {
        if (!lines.Exists(Indicator().IsMatch))
            return lines;
        List<string> attached = [.. lines];
        int block = -1; // the indent of the key whose text the lines belong to
        for (int i = 0; i < attached.Count; i++)
        {
            string line = attached[i];
            if (block >= 0 && (string.IsNullOrWhiteSpace(line) || Indent(line, " ") > block))
                continue;
            block = -1;
            if (i > 0 && Indicator().IsMatch(line) && attached[i - 1].TrimEnd() is [.., ':'] key)
                (attached[i - 1], attached[i]) = ("", $"{key} {line.Trim()}"); // a line between both would belong to the text
            if (BlockStart().IsMatch(attached[i]))
                block = Indent(attached[i], " -");
        }
        return attached;
    }

    private static int Indent(string line, string characters) => line.AsSpan().IndexOfAnyExcept(characters);
}
