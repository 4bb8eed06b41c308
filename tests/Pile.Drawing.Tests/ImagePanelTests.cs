using System.Xml.Linq;

namespace Pile.Drawing.Tests;

public class ImagePanelTests
{
    private static readonly byte[] Png = PngEncoder.Encode(new byte[64 * 48], 64, 48, PngPixels.Gray);

    [Theory]
    [InlineData(RowOrder.BottomUp, 0, 1, 0, -1)] // in a FITS image with north towards higher rows, north is at the top
    [InlineData(RowOrder.TopDown, 0, -3, 0, -1)]
    [InlineData(RowOrder.BottomUp, -2, 0, -1, 0)]
    [InlineData(RowOrder.BottomUp, 0.6, -0.8, 0.6, 0.8)]
    public void Arrows_follow_the_directions_in_pixels(RowOrder rows, double x, double y, double screenX, double screenY)
    {
        XElement svg = SvgReading.Parse(ImagePanel.Draw(Png, new() { Rows = rows, North = new(x, y) }));
        (double X, double Y)[] arrow = svg.Shapes("path", "over").Single().Points();
        Assert.Equal(screenX, (arrow[1].X - arrow[0].X) / 38, 0.01);
        Assert.Equal(screenY, (arrow[1].Y - arrow[0].Y) / 38, 0.01);
    }

    [Fact]
    public void Arrows_and_letters_stay_inside_the_image_at_any_angle()
    {
        for (int deg = 0; deg < 360; deg += 15)
        {
            (double sin, double cos) = Math.SinCos(deg * Math.PI / 180);
            XElement svg = SvgReading.Parse(ImagePanel.Draw(Png,
                new() { Rows = RowOrder.BottomUp, North = new(-sin, cos), East = new(-cos, -sin) }));
            Assert.All(svg.Shapes("path", "over").SelectMany(p => p.Points()),
                p => Assert.True(p.X is >= 0 and <= 360 && p.Y is >= 0 and <= 270));
            Assert.All(svg.Shapes("text", "over-text"),
                t => Assert.True(t.Number("x") is >= 6 and <= 354 && t.Number("y") is >= 11 and <= 268));
        }
    }

    [Fact]
    public void The_scale_bar_is_round_and_at_most_two_fifths_of_the_width()
    {
        Random random = new(2);
        for (int i = 0; i < 500; i++)
        {
            double width = Math.Pow(10, 8 * random.NextDouble() - 2), bar = ImagePanel.BarArcsec(width);
            Assert.InRange(bar / width, 0.4 / 2.5 - 1e-9, 0.4 + 1e-9);
        }

        XElement svg = SvgReading.Parse(ImagePanel.Draw(Png, new() { Rows = RowOrder.BottomUp, PixelScaleArcsec = 0.262 }));
        (double X, double Y)[] drawn = svg.Shapes("path", "over").Single().Points();
        Assert.Contains("5″", svg.Texts()); // the image is 16.8″ wide and drawn 360 pixels wide
        Assert.Equal(5 / 0.262 * 360 / 64, drawn[2].X - drawn[1].X, 0.01);
    }

    [Fact]
    public void Bands_are_listed_below_and_the_image_is_embedded()
    {
        XElement svg = SvgReading.Parse(ImagePanel.Draw(Png,
            new() { Rows = RowOrder.BottomUp, Title = "a < b & c", Bands = ["z", "r", "g"] }));
        Assert.Superset(new HashSet<string> { "a < b & c", "R ← z", "G ← r", "B ← g" }, svg.Texts().ToHashSet());
        XElement image = svg.Shapes("image").Single();
        Assert.Equal("data:image/png;base64," + Convert.ToBase64String(Png), (string)image.Attribute("href")!);
        Assert.Equal((360, 270), (image.Number("width"), image.Number("height")));
    }

    [Fact]
    public void Two_bands_a_direction_without_length_and_other_files_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => ImagePanel.Draw(Png, new() { Rows = RowOrder.BottomUp, Bands = ["g", "r"] }));
        Assert.Throws<ArgumentException>(() => ImagePanel.Draw(Png, new() { Rows = RowOrder.BottomUp, North = new(0, 0) }));
        Assert.Throws<ArgumentException>(() => ImagePanel.Draw(Png, new() { Rows = RowOrder.BottomUp, PixelScaleArcsec = 0 }));
        Assert.Throws<ArgumentException>(() => ImagePanel.Draw(new byte[100], new() { Rows = RowOrder.BottomUp }));
    }
}
