using static Pile.Drawing.SvgCanvas;

namespace Pile.Drawing;

/// <summary>A frame with a title and two axes with ticks, to draw into.</summary>
internal sealed class PlotFrame
{
    private const double HeaderHeight = 34;
    private const double Bottom = 52;
    private const double BottomWithNote = 72;
    private const double NoteWidth = 180;
    private const double TickFontSize = 12;

    private readonly double width, height, right;
    private double legendEnd;

    /// <param name="widthPx">Width of the drawing.</param>
    /// <param name="heightPx">Height of the drawing.</param>
    /// <param name="title">Title above the frame; empty for none.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="spaceRight">Space to the right of the frame, for a colour bar.</param>
    /// <param name="bottom">Space below the frame; with more than usual, a long note is below the label.</param>
    public PlotFrame(double widthPx, double heightPx, string title, PlotAxis x, PlotAxis y, double spaceRight = 18, double bottom = Bottom)
    {
        (width, height) = (widthPx, heightPx);
        Canvas = new(widthPx, heightPx, title.Length > 0 ? title : $"{y.Name} against {x.Name}");
        AxisTicks across = new(x.Range.Low, x.Range.High, (int)Math.Clamp(widthPx / 110, 3, 9)),
            up = new(y.Range.Low, y.Range.High, (int)Math.Clamp(heightPx / 65, 3, 8));
        (Left, Top) = (38 + up.Labels.Max(l => TextWidth(l, TickFontSize)), HeaderHeight);
        if (TextWidth(x.Name + x.Unit) > widthPx - (2 * NoteWidth))
            bottom = Math.Max(bottom, BottomWithNote);
        (right, Base) = (widthPx - spaceRight, heightPx - bottom);
        legendEnd = right;
        X = x.IsReversed ? new(x.Range.Low, x.Range.High, right, Left) : new(x.Range.Low, x.Range.High, Left, right);
        Y = y.IsReversed ? new(y.Range.Low, y.Range.High, Top, Base) : new(y.Range.Low, y.Range.High, Base, Top);
        DrawGrid(across, up, x, y);
        Title = title;
        Window = Canvas.Window(Left, Top, right - Left, Base - Top);
    }

    public SvgCanvas Canvas { get; }

    /// <summary>The part within the frame, which clips what is drawn into it.</summary>
    public SvgCanvas Window { get; }

    public PlotScale X { get; }

    public PlotScale Y { get; }

    public double Left { get; }

    public double Top { get; }

    public double Right => right;

    /// <summary>The lower edge of the frame.</summary>
    public double Base { get; }

    private string Title { get; }

    /// <summary>Adds an entry to the legend, from the right.</summary>
    /// <param name="text">The name.</param>
    /// <param name="mark">Draws the mark around a point.</param>
    public void Legend(string text, Action<double, double> mark)
    {
        double start = legendEnd - TextWidth(text) - 18;
        if (start < Left + 120)
            return; // the title keeps its place; the note of the caller counts series
        Canvas.Text(start + 16, 22, text, "label");
        mark(start + 6, 17.5);
        legendEnd = start - 14;
    }

    /// <summary>Draws the frame, the title and a note below, and returns the figure.</summary>
    public SvgFigure Finish(string note = "")
    {
        Canvas.Rect(Left, Top, right - Left, Base - Top, "frame");
        Canvas.Title(Left, 22, Title, legendEnd - Left);
        if (note.Length > 0)
            Canvas.Text(width - 8, height - 10, note, "note", Anchor.End);
        return Canvas.ToFigure();
    }

    private void DrawGrid(AxisTicks across, AxisTicks up, PlotAxis x, PlotAxis y)
    {
        for (int i = 0; i < across.Values.Length; i++)
        {
            double at = X[across.Values[i]];
            Canvas.Line(at, Top, at, Base, "grid");
            Canvas.Text(at, Base + 18, across.Labels[i], "tick", Anchor.Middle);
        }

        for (int i = 0; i < up.Values.Length; i++)
        {
            double at = Y[up.Values[i]];
            Canvas.Line(Left, at, right, at, "grid");
            Canvas.Text(Left - 7, at + 4, up.Labels[i], "tick", Anchor.End);
        }

        Canvas.Text((Left + right) / 2, Base + 38, across.WithUnit(x.Name, x.Unit), "label", Anchor.Middle);
        Canvas.Text(18, (Top + Base) / 2, up.WithUnit(y.Name, y.Unit), "label", Anchor.Middle, upwards: true);
    }
}
