using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Tables.Fixed;

/// <summary>The file <c>ReadMe</c> in which the CDS describes the tables of a catalogue, beside them.</summary>
internal static class CdsReadMe
{
    private const string FileName = "ReadMe";

    private static readonly char[] BetweenNames = [' ', '\t', ':', ','];

    /// <summary>Reads the description of a file in the ReadMe beside it.</summary>
    /// <param name="source">The file.</param>
    /// <param name="note">What the user should know if the ReadMe describes other files only; otherwise null.</param>
    /// <returns>Null if the ReadMe does not exist or does not describe the file.</returns>
    /// <exception cref="SourceUnreadableException">The description is invalid.</exception>
    internal static FixedLayout? Describe(TablePath source, out string? note)
    {
        note = null;
        string name = Path.GetFileName(source.File), readMe = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(source.File))!, FileName);
        if (!File.Exists(readMe))
            return null;
        RegularFile.Require(readMe);
        List<string> lines = [.. File.ReadLines(readMe)];
        if (!lines.Exists(MrtHeader.IsTitle))
            return null;
        string plain = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        // A pattern may match a file that has a description of its own, too.
        int title = lines.FindIndex(line => NamesOf(line).Contains(plain, StringComparer.Ordinal));
        if (title < 0)
            title = lines.FindIndex(line => NamesOf(line).Any(pattern => FileNamePattern.Matches(plain, pattern)));
        if (title >= 0)
            return new FixedLayout(MrtHeader.Fields(source, lines, title), 0);
        note = $"the {FileName} of the CDS beside '{name}' is not used, because none of its lines '{MrtHeader.Title}: …' names this file. "
            + "If it describes the file, add the name to the line above its description.";
        return null;
    }

    private static string[] NamesOf(string line) => MrtHeader.IsTitle(line)
        ? line.TrimStart()[MrtHeader.Title.Length..].Split(BetweenNames, StringSplitOptions.RemoveEmptyEntries) : [];
}
