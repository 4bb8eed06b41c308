namespace Pile.Drawing;

/// <summary>The part of the sky or of the earth that a density map shows.</summary>
internal abstract record MapField
{
    /// <summary>The whole sky in Mollweide's projection, with the galactic plane.</summary>
    public sealed record WholeSky(double CentreRaDeg = 180) : MapField;

    /// <summary>A field around a centre in the zenithal equal-area projection.</summary>
    public sealed record Zenithal(double RaDeg, double DecDeg, double HalfWidthDeg) : MapField;

    /// <summary>Longitudes and latitudes of the earth, as they are.</summary>
    public sealed record Earth(double WestDeg, double EastDeg, double SouthDeg, double NorthDeg) : MapField;
}

/// <summary>Draws the density of positions as colours, with the outline of the part that is covered.</summary>
internal static class DensityMap
{
    private const int WholeSkyWidthPx = 960, FieldPx = 560;
    private const int PixelsPerPx = 2;
    private const double NoteBottom = 76;
    private const uint OutlineRgb = 0xC2450A;

    /// <summary>Draws a map.</summary>
    /// <param name="title">Title above the map.</param>
    /// <param name="note">The note below: number of rows and size of the cells.</param>
    /// <param name="field">What is shown.</param>
    /// <param name="densityAt">Returns the density at a longitude and latitude in degrees; 0 where nothing is covered.</param>
    /// <param name="bar">The scale of the colours.</param>
    /// <param name="unit">The unit of the densities.</param>
    public static SvgFigure Draw(string title, string note, MapField field, Func<double, double, double> densityAt, CountBar bar,
        string unit) => field is MapField.WholeSky sky ? DrawSky(title, note, sky, densityAt, bar, unit)
            : DrawField(title, note, field, densityAt, bar, unit);

    private static SvgFigure DrawSky(string title, string note, MapField.WholeSky field, Func<double, double, double> densityAt,
        CountBar bar, string unit)
    {
        double width = WholeSkyWidthPx - (2 * SkyMap.Margin), scale = width / (2 * SkyMap.HalfWidthDeg), height = width / 2;
        SkyMapOptions options = new() { CentreRaDeg = field.CentreRaDeg };
        SkyPlane plane = new(options, SkyMap.Margin + (width / 2), SkyMap.HeaderHeight + (height / 2), scale);
        SvgCanvas canvas = new(WholeSkyWidthPx + CountBar.WidthPx - 20, SkyMap.HeaderHeight + height + 46, title);
        canvas.Title(SkyMap.Margin, 24, title, width - 160);
        canvas.Text(WholeSkyWidthPx - SkyMap.Margin, 24, "ICRS, Mollweide", "note", Anchor.End);
        canvas.Image(SkyMap.Margin, SkyMap.HeaderHeight, width, height, Raster((int)width, (int)height, bar, (x, y) =>
            SkyProjection.FromMollweide(((width / 2) - x) / scale, ((height / 2) - y) / scale) is { } place
                ? densityAt(Wrapped(place.OffsetDeg + field.CentreRaDeg), place.LatitudeDeg) : 0));
        SkyMap.DrawGraticule(canvas, plane);
        canvas.Path(SkyMap.GalacticPlane(plane), "galaxy");
        SkyMap.DrawRaLabels(canvas, plane, field.CentreRaDeg);
        bar.Draw(canvas, WholeSkyWidthPx - 18, SkyMap.HeaderHeight + 10, height - 20, unit);
        double row = SkyMap.HeaderHeight + height + 30;
        canvas.Line(SkyMap.Margin, row - 4, SkyMap.Margin + 18, row - 4, "galaxy");
        canvas.Text(SkyMap.Margin + 24, row, "galactic plane", "note");
        canvas.Text(SkyMap.Margin + 130, row, "outline: covered cells", "note s2");
        canvas.Text(WholeSkyWidthPx - SkyMap.Margin, row, note, "note", Anchor.End);
        return canvas.ToFigure();
    }

    private static SvgFigure DrawField(string title, string note, MapField field, Func<double, double, double> densityAt, CountBar bar,
        string unit)
    {
        PlotFrame frame = field switch
        {
            MapField.Zenithal z => new(FieldPx + CountBar.WidthPx + 60, FieldPx + 110, title,
                new("Offset to the east", "deg", ValueRange.Exactly(-z.HalfWidthDeg, z.HalfWidthDeg), IsReversed: true),
                new("Offset to the north", "deg", ValueRange.Exactly(-z.HalfWidthDeg, z.HalfWidthDeg)), CountBar.WidthPx, NoteBottom),
            MapField.Earth e => new(FieldPx + CountBar.WidthPx + 60, 110 + Math.Clamp(FieldPx * (e.NorthDeg - e.SouthDeg)
                    / ((e.EastDeg - e.WestDeg) * Math.Cos((e.NorthDeg + e.SouthDeg) / 2 * Math.PI / 180)), 220, 760), title,
                new("Longitude, WGS 84", "deg", ValueRange.Exactly(e.WestDeg, e.EastDeg)),
                new("Latitude", "deg", ValueRange.Exactly(e.SouthDeg, e.NorthDeg)), CountBar.WidthPx, NoteBottom),
            _ => throw new ArgumentException("The whole sky is not a field.", nameof(field)),
        };
        double width = frame.Right - frame.Left, height = frame.Base - frame.Top;
        frame.Window.Image(frame.Left, frame.Top, width, height, Raster((int)width, (int)height, bar, (x, y) =>
        {
            double right = double.Lerp(frame.X.FromLow, frame.X.FromHigh, field is MapField.Zenithal ? 1 - (x / width) : x / width),
                up = double.Lerp(frame.Y.FromHigh, frame.Y.FromLow, y / height);
            if (field is not MapField.Zenithal z)
                return densityAt(right, up);
            return SkyProjection.FromZenithal(z.RaDeg, z.DecDeg, right, up) is { } place ? densityAt(place.RaDeg, place.DecDeg) : 0;
        }));
        bar.Draw(frame.Canvas, frame.Right + 12, frame.Top, height, unit);
        string where = field is MapField.Zenithal centre ? FormattableString.Invariant(
            $"centre {centre.RaDeg:0.####}° {centre.DecDeg:+0.####;−0.####;0}° ICRS, equal area; ") : "";
        return frame.Finish(where + note);
    }

    private static double Wrapped(double degrees) => degrees - (360 * Math.Floor(degrees / 360));

    // Cells are drawn pixel by pixel; a covered pixel next to one that is not covered is part of the outline.
    private static byte[] Raster(int widthPx, int heightPx, CountBar bar, Func<double, double, double> densityAt)
    {
        int columns = widthPx * PixelsPerPx, rows = heightPx * PixelsPerPx;
        float[] density = new float[columns * rows];
        Parallel.For(0, rows, y =>
        {
            for (int x = 0; x < columns; x++)
                density[(y * columns) + x] = (float)densityAt((x + 0.5) / PixelsPerPx, (y + 0.5) / PixelsPerPx);
        });
        byte[] pixels = new byte[4 * density.Length];
        for (int i = 0; i < density.Length; i++)
        {
            if (!(density[i] > 0))
                continue;
            int x = i % columns;
            bool isOutline = (x > 0 && !(density[i - 1] > 0)) || (x + 1 < columns && !(density[i + 1] > 0))
                || (i >= columns && !(density[i - columns] > 0)) || (i + columns < density.Length && !(density[i + columns] > 0));
            (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2]) = isOutline
                ? ((byte)(OutlineRgb >> 16), (byte)((OutlineRgb >> 8) & 0xFF), (byte)(OutlineRgb & 0xFF)) : ColourMap.At(bar[density[i]]);
            pixels[(4 * i) + 3] = byte.MaxValue;
        }

        return PngEncoder.Encode(pixels, columns, rows, PngPixels.Rgba);
    }
}
