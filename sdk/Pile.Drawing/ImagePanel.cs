using static Pile.Drawing.SvgCanvas;

namespace Pile.Drawing;

/// <summary>A direction in an image's own pixels: x with the columns, y with the rows of the array.</summary>
/// <param name="X">The component along a row.</param>
/// <param name="Y">The component along a column, towards higher row numbers.</param>
public readonly record struct PixelDirection(double X, double Y);

/// <summary>The annotations of an image panel.</summary>
public sealed record ImagePanelOptions
{
    /// <summary>The position of row 0 of the array: the order with which the image was drawn, so that the arrows agree.</summary>
    public required RowOrder Rows { get; init; }

    /// <summary>Title above the image; empty for none.</summary>
    public string Title { get; init; } = "";

    /// <summary>The longer side of the image on the screen, in pixels.</summary>
    public int LongSidePx { get; init; } = 360;

    /// <summary>The direction of north in the array's pixels, of any length; null if unknown, in which case no arrow is drawn.</summary>
    public PixelDirection? North { get; init; }

    /// <summary>The direction of east, of any length; null if unknown. It is drawn as given, because images may be mirrored.</summary>
    public PixelDirection? East { get; init; }

    /// <summary>The size of a pixel in arcseconds; null if unknown, in which case no scale bar is drawn.</summary>
    public double? PixelScaleArcsec { get; init; }

    /// <summary>The position of the target in pixels of the array, from 0 at the middle of the first pixel; null for no marker.</summary>
    public (double X, double Y)? Target { get; init; }

    /// <summary>A line below the image, such as stretch and limits; empty for none.</summary>
    public string Note { get; init; } = "";

    /// <summary>Positions of other objects in pixels of the array, drawn as circles.</summary>
    internal IReadOnlyList<(double X, double Y)> Marks { get; init; } = [];

    /// <summary>The motion of the target, drawn as an arrow from it: a step in pixels of the array, and how long it takes.</summary>
    internal (double X, double Y, string Time)? Motion { get; init; }

    /// <summary>A second line below the image, such as the meaning of circles; empty for none.</summary>
    internal string Legend { get; init; } = "";

    /// <summary>The side of the block that shows one pixel in the PNG.</summary>
    internal int BlockPx { get; init; } = 1;

    /// <summary>The unit of <see cref="PixelScaleArcsec"/> on the scale bar: seconds of arc, or metres.</summary>
    internal string ScaleUnit { get; init; } = "″";

    /// <summary>The stretch with which a gray image was drawn, for a bar of its values; null for none.</summary>
    internal GrayStretch? Bar { get; init; }

    /// <summary>The unit of the values of <see cref="Bar"/>.</summary>
    internal string BarUnit { get; init; } = "";

    /// <summary>The names of the bands drawn as red, green and blue, or of the single band drawn in gray; empty for none.</summary>
    public IReadOnlyList<string> Bands { get; init; } = [];
}

/// <summary>Frames an image with its title, north and east, a scale bar and its bands.</summary>
public static class ImagePanel
{
    private const double TitleHeight = 30;
    private const double FooterHeight = 26;
    private const double NoteHeight = 20;
    private const double BarWidth = 96;
    private const double ArrowPx = 38;
    private const double LetterReachPx = ArrowPx + 12;
    private const double Inset = 14;
    private const double MarkPx = 6;
    private const double LargestBarFraction = 0.4;
    private const double FileLongSidePx = 480;
    private static readonly string[] Channels = ["channel-red", "channel-green", "channel-blue"];

    /// <summary>Draws a panel around an image, whose pixels are enlarged as squares.</summary>
    /// <param name="png">The image, as returned by <see cref="PngEncoder.Encode"/>.</param>
    /// <param name="options">Title, directions, scale and bands.</param>
    /// <exception cref="ArgumentException">The bytes are not a PNG file, the number of bands is not 0, 1 or 3, a direction has no length,
    /// or the pixel scale is not above 0.</exception>
    public static SvgFigure Draw(ReadOnlySpan<byte> png, ImagePanelOptions options)
    {
        (int columns, int rows) = PngEncoder.SizeOf(png);
        (columns, rows) = (columns / options.BlockPx, rows / options.BlockPx);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LongSidePx, 120);
        if (options.Bands.Count is not (0 or 1 or 3))
            throw new ArgumentException($"Expected one band, or red, green and blue, or none; got {options.Bands.Count}.", nameof(options));
        double zoom = (double)options.LongSidePx / Math.Max(columns, rows);
        double width = columns * zoom, height = rows * zoom;
        double top = options.Title.Length > 0 ? TitleHeight : 0;
        double figureWidth = Math.Max(width, 120) + (options.Bar is null ? 0 : BarWidth);
        double footer = (options.Bands.Count > 0 ? FooterHeight : 0) + (options.Note.Length > 0 ? NoteHeight : 0)
            + (options.Legend.Length > 0 ? NoteHeight : 0);

        SvgCanvas canvas = new(figureWidth, top + height + footer,
            options.Title.Length > 0 ? options.Title : "Image");
        canvas.Title(0, 20, options.Title, figureWidth);
        canvas.Image(0, top, width, height, png);
        SvgCanvas window = canvas.Window(0, top, width, height);
        DrawCompass(window, options, width, top + height);
        if (options.PixelScaleArcsec is { } scale)
            DrawScaleBar(window, scale, options.ScaleUnit, zoom, width, top + height);
        foreach ((double x, double y) in options.Marks.Select(Placed))
            foreach (string style in new[] { "over-halo", "over" })
                window.Circle(x, y, MarkPx, style);
        if (options.Target is { } target && double.IsFinite(target.X + target.Y))
        {
            (double x, double y) = Placed(target);
            DrawTarget(window, x, y);
            if (options.Motion is { } motion)
                DrawMotion(window, x, y, (motion.X * zoom, (options.Rows is RowOrder.BottomUp ? -motion.Y : motion.Y) * zoom), motion.Time);
        }
        canvas.Rect(0, top, width, height, "frame");
        DrawBands(canvas, options.Bands, top + height + 18);
        if (options.Note.Length > 0)
            canvas.Text(0, top + height + footer - 6 - (options.Legend.Length > 0 ? NoteHeight : 0), options.Note, "note");
        if (options.Legend.Length > 0)
            canvas.Text(0, top + height + footer - 6, options.Legend, "note");
        if (options.Bar is { } bar)
            DrawBar(canvas, bar, options.BarUnit, width + 10, top, height);
        return canvas.ToFigure();

        (double X, double Y) Placed((double X, double Y) pixel) => ((pixel.X + 0.5) * zoom,
            top + ((options.Rows is RowOrder.BottomUp ? rows - pixel.Y - 0.5 : pixel.Y + 0.5) * zoom));
    }

    /// <summary>Shows a picture file with its title.</summary>
    /// <param name="file">The bytes of the file, which become a part of the drawing as they are: the caller checks them.</param>
    /// <param name="mediaType">The type of the file: <c>image/jpeg</c> or <c>image/png</c>.</param>
    /// <param name="columns">The columns of pixels in it.</param>
    /// <param name="rows">The rows of pixels in it.</param>
    /// <param name="title">The title.</param>
    internal static SvgFigure DrawFile(ReadOnlySpan<byte> file, string mediaType, int columns, int rows, string title)
    {
        double zoom = FileLongSidePx / Math.Max(columns, rows), width = Math.Max(1, columns * zoom), height = Math.Max(1, rows * zoom);
        SvgCanvas canvas = new(Math.Max(width, 120), TitleHeight + height + NoteHeight, title);
        canvas.Title(0, 20, title, Math.Max(width, 120));
        canvas.Image(0, TitleHeight, width, height, file, mediaType, isPixelated: zoom >= 2);
        canvas.Rect(0, TitleHeight, width, height, "frame");
        canvas.Text(0, TitleHeight + height + NoteHeight - 6, FormattableString.Invariant($"{columns} × {rows} pixels"), "note");
        return canvas.ToFigure();
    }

    /// <summary>Returns the longest 1, 2 or 5 × 10ⁿ arcseconds that is at most 40 % of a width.</summary>
    internal static double BarArcsec(double widthArcsec) => AxisTicks.RoundDown(LargestBarFraction * widthArcsec);

    // Four ticks with a gap in the middle: the object itself stays visible.
    private static void DrawTarget(SvgCanvas window, double x, double y)
    {
        const double From = 9, To = 19;
        SvgPath marks = new SvgPath().MoveTo(x - To, y).LineTo(x - From, y).MoveTo(x + From, y).LineTo(x + To, y)
            .MoveTo(x, y - To).LineTo(x, y - From).MoveTo(x, y + From).LineTo(x, y + To);
        window.Path(marks, "over-halo");
        window.Path(marks, "over");
    }

    private static void DrawMotion(SvgCanvas window, double x, double y, (double X, double Y) step, string time)
    {
        double length = Math.Sqrt((step.X * step.X) + (step.Y * step.Y));
        (double right, double down) = (step.X / length, step.Y / length);
        SvgPath arrow = Arrow(x, y, right, down, length);
        window.Path(arrow, "over-halo");
        window.Path(arrow, "over");
        window.Text(x + (step.X * 0.5) - (down * 10), y + (step.Y * 0.5) + (right * 10) + 4, time, "over-text",
            down > 0.3 ? Anchor.End : down < -0.3 ? Anchor.Start : Anchor.Middle);
    }

    /// <summary>Draws the gray of five values from black to white.</summary>
    private static void DrawBar(SvgCanvas canvas, GrayStretch stretch, string unit, double x, double top, double height)
    {
        float[] values = [.. Enumerable.Range(0, 128).Select(i => (float)double.Lerp(stretch.Black, stretch.White, 1 - (i / 127.0)))];
        byte[] gray = new byte[values.Length];
        stretch.Render(values, 1, RowOrder.TopDown, gray);
        canvas.Image(x, top, 12, height, PngEncoder.Encode(gray, 1, gray.Length, PngPixels.Gray));
        canvas.Rect(x, top, 12, height, "frame");
        for (int i = 0; i <= 4; i++)
        {
            double value = double.Lerp(stretch.Black, stretch.White, i / 4.0);
            canvas.Text(x + 16, Math.Clamp(top + (height * (1 - (i / 4.0))) + 4, top + 10, top + height), BarLabel(value, stretch), "tick");
        }

        if (unit.Length > 0)
            canvas.Text(x + BarWidth - 16, top + (height / 2), unit, "tick", Anchor.Middle, upwards: true);
    }

    private static string BarLabel(double value, GrayStretch stretch)
    {
        double largest = Math.Max(Math.Abs(stretch.Black), Math.Abs(stretch.White));
        int digits = (int)Math.Clamp(2 - Math.Floor(Math.Log10(stretch.White - stretch.Black)), 0, 12);
        string text = largest is >= 1e5 or < 1e-3 ? value.ToString("0.0e0", System.Globalization.CultureInfo.InvariantCulture)
            : Math.Round(value, digits).ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);
        return text.Replace('-', '−');
    }

    private static void DrawScaleBar(SvgCanvas window, double pixelScaleArcsec, string unit, double zoom, double width, double bottom)
    {
        if (!(pixelScaleArcsec > 0) || !double.IsFinite(pixelScaleArcsec))
            throw new ArgumentException($"Expected a pixel scale above 0 arcsec, got {pixelScaleArcsec}.", nameof(pixelScaleArcsec));
        double arcsec = BarArcsec(width / zoom * pixelScaleArcsec), length = arcsec / pixelScaleArcsec * zoom;
        double y = bottom - Inset, end = Inset + length;
        SvgPath bar = new SvgPath().MoveTo(Inset, y - 4).LineTo(Inset, y).LineTo(end, y).LineTo(end, y - 4);
        window.Path(bar, "over-halo");
        window.Path(bar, "over");
        window.Text((Inset + end) / 2, y - 8, ScaleText(arcsec, unit), "over-text", Anchor.Middle);
    }

    private static string ScaleText(double length, string unit) => unit switch
    {
        "m" when length >= 1000 => FormattableString.Invariant($"{length / 1000:0.###} km"),
        "m" => FormattableString.Invariant($"{length:0.###} m"),
        "″" when length >= 120 => FormattableString.Invariant($"{length / 60:0.###}′"),
        _ => FormattableString.Invariant($"{length:0.############}{unit}"),
    };

    // The arrows start where both, including their letters, fit into the lower right corner.
    private static void DrawCompass(SvgCanvas window, ImagePanelOptions options, double width, double bottom)
    {
        List<(string Letter, double X, double Y)> arrows = [];
        Add("N", options.North);
        Add("E", options.East);
        if (arrows.Count == 0)
            return;

        double startX = width - Inset - Math.Max(arrows.Max(a => a.X) * LetterReachPx, 0),
            startY = bottom - Inset - Math.Max(arrows.Max(a => a.Y) * LetterReachPx, 0);
        foreach (string style in new[] { "over-halo", "over" })
            foreach ((_, double x, double y) in arrows)
                window.Path(Arrow(startX, startY, x, y), style);
        foreach ((string letter, double x, double y) in arrows)
            window.Text(startX + x * LetterReachPx, startY + y * LetterReachPx + 5, letter, "over-text", Anchor.Middle);

        void Add(string letter, PixelDirection? direction)
        {
            if (direction is not { } d)
                return;
            double length = Math.Sqrt(d.X * d.X + d.Y * d.Y);
            if (!(length > 0) || !double.IsFinite(length))
                throw new ArgumentException($"Expected a direction with a length, got {d} for {letter}.", nameof(options));
            arrows.Add((letter, d.X / length, (options.Rows is RowOrder.BottomUp ? -d.Y : d.Y) / length));
        }
    }

    private static SvgPath Arrow(double x, double y, double directionX, double directionY, double lengthPx = ArrowPx)
    {
        double tipX = x + directionX * lengthPx, tipY = y + directionY * lengthPx;
        double backX = tipX - 7 * directionX, backY = tipY - 7 * directionY;
        return new SvgPath().MoveTo(x, y).LineTo(tipX, tipY)
            .MoveTo(backX - 4 * directionY, backY + 4 * directionX).LineTo(tipX, tipY).LineTo(backX + 4 * directionY,
                backY - 4 * directionX);
    }

    private static void DrawBands(SvgCanvas canvas, IReadOnlyList<string> bands, double y)
    {
        if (bands is [string one])
        {
            canvas.Text(0, y, "band " + one, "label");
            return;
        }

        double x = 0;
        for (int i = 0; i < bands.Count; i++)
        {
            string text = "RGB"[i] + " ← " + bands[i];
            canvas.Rect(x, y - 9, 9, 9, Channels[i]);
            canvas.Text(x + 14, y, text, "label");
            x += TextWidth(text) + 32;
        }
    }
}
