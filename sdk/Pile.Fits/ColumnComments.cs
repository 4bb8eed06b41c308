using System.Globalization;
using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>The comments on a table's TTYPE cards, which usually describe the
/// columns, unless a program wrote the same comment on every card.</summary>
internal sealed partial class ColumnComments
{
    private readonly string?[] comments;
    private readonly HashSet<string> boilerplate;

    internal ColumnComments(FitsHeader header, int columns)
    {
        comments = [.. Enumerable.Range(1, columns)
            .Select(i => header.Find(string.Create(CultureInfo.InvariantCulture, $"TTYPE{i}"))?.Comment.Trim())];
        string[] words = [.. comments.Where(c => !string.IsNullOrEmpty(c)).Select(c => WithoutNumber(c!))];
        boilerplate = [.. words.GroupBy(word => word, StringComparer.Ordinal)
            .Where(same => same.Count() > 1 && 2 * same.Count() >= words.Length).Select(same => same.Key)];
    }

    /// <summary>Returns the comment on a column's name if it describes the column; otherwise null.</summary>
    internal string? DescriptionOf(int index) =>
        comments[index] is { Length: > 0 } comment && !Standard().IsMatch(comment) && !boilerplate.Contains(WithoutNumber(comment))
            ? comment : null;

    private static string WithoutNumber(string comment) => Number().Replace(comment, "").ToUpperInvariant();

    /// <summary>Matches the default comments of cfitsio, STILTS, IDL and others,
    /// which a table of one column cannot reveal by repetition.</summary>
    [GeneratedRegex("^((label|name|type \\(heading\\)) (for|of) (field|column)|(field|column) (label|name))\\s*[0-9]*$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Standard();

    [GeneratedRegex("\\s*[0-9]+\\s*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Number();
}
