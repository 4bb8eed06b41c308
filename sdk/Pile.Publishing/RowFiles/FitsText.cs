using Pile.Format;

namespace Pile.Publishing;

/// <summary>Texts as FITS can hold them: printable ASCII.</summary>
internal static class FitsText
{
    private const int LongestName = 68; // a quoted text on one card (FITS 4.0 §4.2.1.1)

    internal static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>Prose: what has no place in a header becomes a question mark.</summary>
    internal static string Prose(string text) => IsPlain(text) ? text
        : string.Concat(text.EnumerateRunes().Select(r => r.Value is >= ' ' and <= '~' ? (char)r.Value : '?'));

    /// <summary>A name: kept if it can be, else percent-encoded as in the file's name.</summary>
    /// <exception cref="ArgumentException">It is longer than a card.</exception>
    internal static string Name(string name)
    {
        string plain = ColumnNames.ToFits(name);
        return plain.Length <= LongestName ? plain
            : throw new ArgumentException(
                $"The name '{name}' is longer than the {LongestName} characters that FITS allows: ask for npy or json.", nameof(name));
    }
}
