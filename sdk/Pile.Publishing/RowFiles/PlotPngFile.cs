using Pile.Format;
using Pile.Skia;

namespace Pile.Publishing;

/// <summary>A plot of a value that is not an image: a spectrum, a light curve, a cube or a list of numbers.</summary>
internal sealed class PlotPngFile(RowPlot plot, string[] columns) : RowFile(plot.Schema)
{
    private readonly CharacterBoxes boxes = new();

    internal override string Ending => "png";

    internal override IEnumerable<string> Companions => columns;

    internal override string? Message => boxes.Message();

    internal override void Write(string path, RowBatch batch, int row)
    {
        byte[] png = PlotFile.Png(plot.Draw(batch, row).Figure, boxes);
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write);
        stream.Write(png);
    }
}
