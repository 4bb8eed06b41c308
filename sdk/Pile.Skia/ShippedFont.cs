using System.Text;
using SkiaSharp;
using Svg.Skia.TypefaceProviders;

namespace Pile.Skia;

/// <summary>The font of all text: DejaVu Sans in two weights, part of this assembly. Fonts of the system are never used, so that
/// pictures are the same everywhere.</summary>
internal sealed class ShippedFont : ITypefaceProvider
{
    private static readonly Lazy<SKTypeface> Book = new(() => Load("DejaVuSans.ttf")), Bold = new(() => Load("DejaVuSans-Bold.ttf"));

    /// <summary>Returns the font for any family. Without a font, Svg.Skia would leave out the text.</summary>
    public SKTypeface FromFamilyName(string fontFamily, SKFontStyleWeight fontWeight, SKFontStyleWidth fontWidth,
        SKFontStyleSlant fontStyle) => Of(fontWeight >= SKFontStyleWeight.SemiBold);

    /// <summary>True if the font of a weight has a character.</summary>
    internal static bool Has(Rune character, bool isBold)
    {
        using SKFont font = new(Of(isBold));
        return font.ContainsGlyph(character.Value);
    }

    private static SKTypeface Of(bool isBold) => (isBold ? Bold : Book).Value;

    private static SKTypeface Load(string name)
    {
        using Stream file = typeof(ShippedFont).Assembly.GetManifestResourceStream(name)!;
        using SKData data = SKData.Create(file);
        return SKTypeface.FromData(data);
    }
}
