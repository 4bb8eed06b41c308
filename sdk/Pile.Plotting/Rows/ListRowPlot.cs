using Pile.Drawing;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>Draws a list of numbers against the position in the list.</summary>
internal sealed class ListRowPlot(Manifest manifest, ColumnSchema schema) : RowPlot(manifest, schema)
{
    private protected override IEnumerable<string> Companions => [];

    private protected override SvgFigure DrawRow(RowBatch batch, int row, string title)
    {
        double[] values = RowNumbers.Of(batch[Schema.Name], row);
        if (!values.Any(double.IsFinite))
            throw Nothing(RowNumbers.Id(batch, row), row, values.Length == 0 ? "an empty list"
                : $"a list of {values.Length} numbers, none finite,");
        PlotFrame frame = new(960, 420, title, new("Element", "", ValueRange.Exactly(-0.5, values.Length - 0.5)),
            new(Schema.Name, UnitText.Of(Schema.Unit), ValueRange.Of(values)));
        double[] x = [.. values.Select((_, i) => frame.X[i])],
            y = Array.ConvertAll(values, v => double.IsFinite(v) ? Math.Clamp(frame.Y[v], -10_000, 10_000) : double.NaN);
        frame.Window.Path(ColumnTrace.Line(x, y), "trace s1", values.Length < 3 ? 5 : null);
        return frame.Finish();
    }
}
