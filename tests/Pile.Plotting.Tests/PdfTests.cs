using System.Diagnostics;
using Pile.Drawing;
using Pile.TestKit;

namespace Pile.Plotting.Tests;

/// <summary>Figures as PDF, read back by Poppler.</summary>
public sealed class PdfTests
{
    [Fact]
    public void The_text_of_a_figure_is_text_and_the_page_has_its_size()
    {
        using TemporaryFolder folder = new();
        Write(folder["x.pdf"]);
        string text = Run("pdftotext", "-layout", folder["x.pdf"], "-");
        foreach (string expected in (string[])["Title <&> \"quoted\"", "Fluffy flux (10⁻¹⁷ erg s⁻¹)", "time (d)", "0.5"])
            Assert.Contains(expected, text, StringComparison.Ordinal);
        string info = Run("pdfinfo", folder["x.pdf"]);
        Assert.Contains("Page size:       400 x 300 pts", info, StringComparison.Ordinal);
        Assert.Contains("Pages:           1", info, StringComparison.Ordinal);
        Assert.Contains("Title:           a title", info, StringComparison.Ordinal);
        Assert.DoesNotContain("Date", info, StringComparison.Ordinal);
        string[] fonts = [.. Run("pdffonts", folder["x.pdf"]).Split('\n').Skip(2).Where(line => line.Length > 0)];
        Assert.Equal(2, fonts.Length);
        Assert.All(fonts, font => Assert.Contains("DejaVuSans", font, StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_figure_gives_the_same_bytes()
    {
        using TemporaryFolder folder = new();
        Write(folder["a.pdf"]);
        Write(folder["b.pdf"]);
        Assert.Equal(File.ReadAllBytes(folder["a.pdf"]), File.ReadAllBytes(folder["b.pdf"]));
    }

    [Fact]
    public void The_colours_of_a_page_are_those_of_the_drawing()
    {
        using TemporaryFolder folder = new();
        Write(folder["x.pdf"]);
        Run("pdftoppm", "-r", "72", folder["x.pdf"], folder["x"]);
        string[] page = Directory.GetFiles(folder.Path, "x*.ppm");
        byte[] ppm = File.ReadAllBytes(Assert.Single(page));
        ReadOnlySpan<byte> pixels = ppm.AsSpan(ppm.Length - (3 * 400 * 300));
        PlotFrame frame = Frame();
        int At(double x) => 3 * ((400 * 150) + (int)frame.X[x]);
        Assert.Equal([194, 69, 10], pixels.Slice(At(0.75), 3).ToArray()); // the second colour of a series
        Assert.Equal([255, 255, 255], pixels.Slice(At(0.3), 3).ToArray());
    }

    [Fact]
    public void Images_keep_their_values()
    {
        using TemporaryFolder folder = new();
        byte[] ramp = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        SvgCanvas canvas = new(256, 10, "");
        canvas.Image(0, 0, 256, 10, PngEncoder.Encode(ramp, 256, 1, PngPixels.Gray));
        File.WriteAllBytes(folder["x.pdf"], PlotFile.Pdf(canvas.ToFigure(), "", new()));
        Run("pdfimages", "-png", folder["x.pdf"], folder["x"]);
        byte[] copy = Python.Run("""
            import sys, warnings, rasterio
            warnings.simplefilter('ignore')
            with rasterio.open(sys.argv[1]) as f:
                print(','.join(str(v) for v in f.read(1)[0]))
            """, Directory.GetFiles(folder.Path, "x-*.png").Single()).Trim().Split(',').Select(byte.Parse).ToArray();
        Assert.Equal(ramp, copy);
    }

    private static PlotFrame Frame() => new(400, 300, "Title <&> \"quoted\"", new("time", "d", ValueRange.Exactly(0, 1)),
        new("Fluffy flux", "10⁻¹⁷ erg s⁻¹", ValueRange.Exactly(0, 1)));

    private static void Write(string path)
    {
        PlotFrame frame = Frame();
        frame.Window.Rect(frame.X[0.5], frame.Y[1], frame.X[1] - frame.X[0.5], frame.Y[0] - frame.Y[1], "solid s2");
        RowFigure figure = new("", frame.Finish(), [], IsWide: true);
        File.WriteAllBytes(path, PlotFile.Encode(".pdf", "a title", "", [figure], message => Assert.Fail(message)));
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors.GetAwaiter().GetResult()}");
        return output;
    }
}
