using System.Text;
using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>Unit strings for the headers of FITS files.</summary>
internal static partial class FitsUnitText
{
    private const int MaxTextLength = 68; // a quoted text on one card (FITS 4.0 §4.2.1.1)

    /// <summary>Formats a unit for FITS (FITS 4.0 §4.3): a leading factor as
    /// a power of ten, only ASCII letters, no quotes around names, and the names of FITS (<c>um</c> for <c>micron</c>). A unit that has no
    /// such form, as <c>electron</c>, is kept.</summary>
    /// <returns>Null for no unit, and for one that is too long or cannot be expressed.</returns>
    internal static string? Of(string? unit)
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
        text = WithoutQuotes(text);
        if (!IsFits(text))
            text = UnitFactors.ToFits(text) ?? text;
        return text.Length <= MaxTextLength && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? text : null;
    }

    /// <summary>Returns a unit without the quotes in which VOUnits have unknown names: <c>electron.s-1</c> for
    /// <c>'electron'.s-1</c>.</summary>
    internal static string WithoutQuotes(string unit) => QuotedName().Replace(unit, "${name}");

    private static bool IsFits(string text)
    {
        if (!Product().IsMatch(text))
            return false;
        foreach (ValueMatch name in Name().EnumerateMatches(text))
            if (!FitsUnitNames.Contains(text.AsSpan(name.Index, name.Length)))
                return false;
        return true;
    }

    [GeneratedRegex(@"^(?:10(?:(?:\*\*|\^)\(?[+-]?|[+-])\d+\)?[ *.]*)?[A-Za-z(]"
        + @"(?:[A-Za-z .*/()^]|(?<=[A-Za-z)*^(+0-9-])[0-9]|[+-](?=[0-9]))*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Product();

    [GeneratedRegex("[A-Za-z]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Name();

    // VOUnits quote unknown names ('my unit'); FITS does not. A single apostrophe is an arcminute.
    [GeneratedRegex(@"(?<![\w')])'(?<name>[A-Za-z][^']*)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex QuotedName();
}
