using System.Globalization;
using System.Text;
using System.Xml;

namespace Pile.Drawing;

/// <summary>Formats text and numbers for XML.</summary>
internal static class XmlText
{
    /// <summary>Replaces every character that XML 1.0 forbids (control characters, unpaired surrogates) by U+FFFD; the XML writer escapes
    /// the rest.</summary>
    public static string Clean(string text)
    {
        for (int i = 0; i < text.Length; i++)
            if (!XmlConvert.IsXmlChar(text[i]))
                return Replaced(text);
        return text;
    }

    /// <summary>Formats a coordinate in user units, to a hundredth, with a point in every culture; never -0.</summary>
    /// <exception cref="ArgumentException">The number is NaN or infinite.</exception>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException($"Expected a finite coordinate, got {value}.", nameof(value));
        double rounded = Math.Round(value, 2);
        return (rounded == 0 ? 0 : rounded).ToString("0.##", CultureInfo.InvariantCulture);
    }

    private static string Replaced(string text)
    {
        StringBuilder clean = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                clean.Append(text[i]).Append(text[++i]);
            else
                clean.Append(XmlConvert.IsXmlChar(text[i]) ? text[i] : '\uFFFD');
        }

        return clean.ToString();
    }
}
