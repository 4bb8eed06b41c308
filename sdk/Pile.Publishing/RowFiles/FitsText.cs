using Pile.Format;

namespace Pile.Publishing;

/// <summary>Converts text to the printable ASCII that FITS supports.</summary>
internal static class FitsText
{
    private const int MaxNameLength = 68; // a quoted string on one card (FITS 4.0 §4.2.1.1)

    internal static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>Returns prose with every character that FITS does not support replaced by a question mark.</summary>
    internal static string Prose(string text) => IsPlain(text) ? text
        : string.Concat(text.EnumerateRunes().Select(r => r.Value is >= ' ' and <= '~' ? (char)r.Value : '?'));

    /// <summary>Returns a name unchanged if FITS supports it, otherwise percent-encoded as in the file's name.</summary>
    /// <exception cref="ArgumentException">The name is longer than a card.</exception>
    internal static string Name(string name)
    {
        string plain = ColumnNames.ToFits(name);
        return plain.Length <= MaxNameLength ? plain
            : throw new ArgumentException(
                $"The name '{name}' is longer than the {MaxNameLength} characters that FITS allows: use format npy or json.", nameof(name));
    }
}
