using System.Text;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>Texts as FITS can hold them: printable ASCII.</summary>
internal static class FitsText
{
    private const int LongestName = 68; // a quoted text on one card (FITS 4.0 §4.2.1.1)

    internal static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>Prose: what has no place in a header becomes a question mark.</summary>
    internal static string Prose(string text) => IsPlain(text) ? text : string.Concat(text.EnumerateRunes().Select(r => r.Value is >= ' ' and <= '~' ? (char)r.Value : '?'));

    /// <summary>A name: kept if it can be, else percent-encoded as in the file's name.</summary>
    /// <exception cref="ArgumentException">It is longer than a card.</exception>
    internal static string Name(string name)
    {
        string plain = IsPlain(name) ? name : ColumnNames.ToFileName(name);
        return plain.Length <= LongestName ? plain
            : throw new ArgumentException($"The name '{name}' is longer than the {LongestName} characters that FITS allows: ask for npy or json.", nameof(name));
    }

    /// <summary>A unit as FITS writes it (FITS 4.0 §4.3): a leading factor as a power of ten, no letters beyond ASCII; null stays null.</summary>
    internal static string? Unit(string? unit)
    {
        if (unit is null or "")
            return null;
        StringBuilder plain = new(unit.Length);
        foreach (char c in unit)
            _ = c switch
            {
                'Å' or '\u212B' => plain.Append("Angstrom"),
                'µ' or 'μ' => plain.Append('u'),
                '⁻' => plain.Append('-'),
                '¹' => plain.Append('1'),
                '²' => plain.Append('2'),
                '³' => plain.Append('3'),
                >= '⁴' and <= '⁹' => plain.Append((char)(c - '⁴' + '4')),
                '⁰' => plain.Append('0'),
                '·' => plain.Append('.'),
                _ => plain.Append(c),
            };
        string text = plain.ToString();
        int end = text.StartsWith("1e", StringComparison.OrdinalIgnoreCase) ? text.IndexOfAny([' ', '*']) : -1;
        if (end > 2 && int.TryParse(text.AsSpan(2, end - 2), out int power))
            text = $"10**{power} {text[end..].TrimStart(' ', '*')}";
        return IsPlain(text) && text.Length <= LongestName ? text : null;
    }
}
