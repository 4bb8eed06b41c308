using Pile.Drawing;
using Pile.Skia;

namespace Pile.Plotting.Tests;

/// <summary>Characters that the font of pictures lacks.</summary>
public sealed class CharacterBoxesTests
{
    [Theory]
    [InlineData("Flux (10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹), λ₀ ← z, 2″ × 3′, ±1σ, −5°, [O III], é e\u0301 ő Ж", "")]
    [InlineData("星空 星", "2 characters, which are drawn as boxes: 星 (U+661F), 空 (U+7A7A)")]
    [InlineData("النجم", "5 characters, which are drawn as boxes: ا (U+0627), ج (U+062C), ل (U+0644), م (U+0645), ن (U+0646)")]
    [InlineData("a 🔭", "one character, which is drawn as a box: 🔭 (U+1F52D)")]
    [InlineData("a\u0F71", "one character, which is drawn as a box: U+0F71")]
    [InlineData("blank\u3000and\u200Bjoiner\uFE0F", "")]
    public void Characters_that_the_font_lacks_are_named(string text, string expected)
    {
        CharacterBoxes boxes = new();
        string shown = boxes.Replace(text, isBold: false);
        Assert.Equal(text.EnumerateRunes().Count(), shown.EnumerateRunes().Count());
        Assert.Equal(expected.Length == 0, shown == text);
        Assert.Equal(expected.Length == 0 ? null : "the font does not have " + expected, boxes.Message());
    }

    [Fact]
    public void A_message_names_twelve_characters_at_most()
    {
        CharacterBoxes boxes = new();
        boxes.Replace(string.Concat(Enumerable.Range(0x4E00, 2000).Select(c => (char)c)), isBold: false);
        Assert.StartsWith("the font does not have 2,000 characters, which are drawn as boxes: 一 (U+4E00), ", boxes.Message(),
            StringComparison.Ordinal);
        Assert.EndsWith("(U+4E0B) and 1,988 more", boxes.Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("title")]
    [InlineData("note")]
    public void A_character_that_the_font_lacks_changes_the_picture(string style)
    {
        byte[] blank = PixelsOf("  ", style), box = PixelsOf("星 ", style), boxes = PixelsOf("星空", style);
        Assert.NotEqual(blank, box);
        Assert.NotEqual(box, boxes);
    }

    [Fact]
    public void Text_of_titles_is_bold()
    {
        int Ink(string style) => PixelsOf("MMMM", style).Sum(value => 255 - value);
        // The title has 15 pixels and the label 13: their areas differ by a third, and bold strokes add at least as much again.
        Assert.True(Ink("title") > 1.8 * Ink("label"), $"{Ink("title")} and {Ink("label")}");
    }

    [Fact]
    public void Files_report_the_characters_once()
    {
        foreach (string extension in (string[])[".png", ".pdf"])
        {
            List<string> messages = [];
            PlotFile.Encode(extension, "", "", [Row("星 1"), Row("星 2")], messages.Add);
            Assert.Equal(["the font does not have one character, which is drawn as a box: 星 (U+661F)"], messages);
        }
        PlotFile.Encode(".svg", "", "", [Row("星")], message => Assert.Fail(message)); // drawn with the fonts of the reader
    }

    private static RowFigure Row(string title)
    {
        SvgCanvas canvas = new(60, 40, title);
        canvas.Title(4, 20, title, 50);
        return new(title, canvas.ToFigure(), [], IsWide: false);
    }

    private static byte[] PixelsOf(string text, string style)
    {
        SvgCanvas canvas = new(80, 30, "");
        canvas.Text(4, 20, text, style);
        return SvgRenderer.Render(canvas.ToFigure().ToPrintSvg(new CharacterBoxes().Replace), 80, 30);
    }
}
