using System.Globalization;
using System.Text;

namespace Pile.Skia;

/// <summary>Replaces characters that are not drawn by boxes, and lists them.</summary>
internal sealed class CharacterBoxes
{
    private const int MostNamed = 12;

    // A private-use character that the font lacks: Skia draws the font's box for missing characters.
    private static readonly Rune Box = new(0xE000);

    private readonly HashSet<Rune> replaced = [];

    /// <summary>Returns a text in which each character that is not drawn is replaced by one that is drawn as a box.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isBold">True for the bold font, which has fewer characters.</param>
    internal string Replace(string text, bool isBold)
    {
        if (Ascii.IsValid(text))
            return text;
        StringBuilder shown = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isDrawn = IsDrawn(rune, isBold);
            if (!isDrawn)
                replaced.Add(rune);
            shown.Append(isDrawn ? rune : Box);
        }
        return shown.ToString();
    }

    /// <summary>Returns a message that names the characters drawn as boxes; null if all were drawn.</summary>
    internal string? Message()
    {
        if (replaced.Count == 0)
            return null;
        string names = string.Join(", ", replaced.OrderBy(r => r.Value).Take(MostNamed).Select(Name));
        string more = replaced.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {replaced.Count - MostNamed:N0} more")
            : "";
        return replaced.Count == 1 ? $"the font does not have one character, which is drawn as a box: {names}"
            : string.Create(CultureInfo.InvariantCulture,
                $"the font does not have {replaced.Count:N0} characters, which are drawn as boxes: {names}{more}");
    }

    private static string Name(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned ? $"U+{rune.Value:X4}" : $"{rune} (U+{rune.Value:X4})";

    // Blanks and format characters have no shape. The font has letters of Arabic and Hebrew, but Svg.Skia neither joins them nor orders
    // them from right to left.
    private static bool IsDrawn(Rune rune, bool isBold) => Rune.IsWhiteSpace(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format || (ShippedFont.Has(rune, isBold) && !IsRightToLeft(rune.Value));

    // The blocks of scripts that are written from right to left (Unicode 16, DerivedBidiClass.txt: defaults of unassigned characters).
    private static bool IsRightToLeft(int codePoint) => codePoint is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF)
        or (>= 0xFE70 and <= 0xFEFF) or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF);
}
