using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;

namespace Pile.Cli.Commands;

/// <summary>The ids of <c>--ids FILE</c>, one per line.</summary>
internal static class IdFile
{
    // Ids that are paths have at most 4095 bytes, besides the name of their folder or archive.
    private const int MostCharacters = 8192;

    /// <summary>Reads the ids in the order of the file.</summary>
    /// <param name="path">The file, a pipe, or - for standard input.</param>
    /// <param name="parse">Parses an id; throws an exception for usage with a message that is a sentence.</param>
    /// <param name="isExact">True for the paths of a source, of which blanks at the ends are a part.</param>
    /// <exception cref="UsageException">A line is not an id.</exception>
    internal static IEnumerable<ObjectId> Read(string path, Func<string, ObjectId> parse, bool isExact) =>
        InputFile.NumberedLines(path, "--ids", isExact).Select(line => Parse(path, line.Number, line.Text, parse));

    private static ObjectId Parse(string path, long number, string text, Func<string, ObjectId> parse)
    {
        if (text.Length > MostCharacters)
            throw Invalid(string.Create(CultureInfo.InvariantCulture,
                $"'{ShownText.Of(text)}' is not an id: it has {text.Length:N0} characters."));
        if (text.Any(char.IsControl))
            throw Invalid($"'{ShownText.Of(text)}' is not an id: it contains control characters.");
        try
        {
            return parse(text);
        }
        catch (Exception e) when (e is ArgumentException or UsageException)
        {
            throw Invalid(ArgumentText.Of(e));
        }

        UsageException Invalid(string finding) => new(string.Create(CultureInfo.InvariantCulture,
            $"--ids {path}, line {number}: {finding} Expected one id per line."));
    }
}
