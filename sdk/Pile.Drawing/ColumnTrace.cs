namespace Pile.Drawing;

/// <summary>
/// Converts runs of samples to lines of at most four points per pixel column: first, lowest, highest, last. On screen they look like the
/// full line, including peaks of a single sample (Jugel et al. 2014, PVLDB 7, 797).
/// </summary>
internal static class ColumnTrace
{
    /// <summary>Returns the line through the samples, with gaps where a sample is NaN.</summary>
    /// <param name="x">Pixel positions.</param>
    /// <param name="y">Pixel heights; NaN is a gap.</param>
    public static SvgPath Line(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        SvgPath path = new();
        foreach (Range run in Runs(y))
        {
            ReadOnlySpan<double> runX = x[run], runY = y[run];
            if (runX.Length == 1)
                path.Dot(runX[0], runY[0]);
            else
                AddRun(path, runX, runY);
        }

        return path;
    }

    /// <summary>Returns the area between two lines, with gaps where the upper line is NaN.</summary>
    public static SvgPath Band(ReadOnlySpan<double> x, ReadOnlySpan<double> upper, ReadOnlySpan<double> lower)
    {
        SvgPath path = new();
        foreach (Range run in Runs(upper))
        {
            List<(double X, double Upper, double Lower)> columns = Columns(x[run], upper[run], lower[run]);
            path.MoveTo(columns[0].X, columns[0].Upper);
            foreach ((double columnX, double top, _) in columns[1..])
                path.LineTo(columnX, top);
            for (int i = columns.Count - 1; i >= 0; i--)
                path.LineTo(columns[i].X, columns[i].Lower);
            path.Close();
        }

        return path;
    }

    private static void AddRun(SvgPath path, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        path.MoveTo(x[0], y[0]);
        for (int start = 0; start < x.Length;)
        {
            int end = ColumnEnd(x, start), low = start, high = start;
            for (int i = start + 1; i < end; i++)
            {
                low = y[i] < y[low] ? i : low;
                high = y[i] > y[high] ? i : high;
            }

            int previous = start == 0 ? 0 : -1; // the path already starts at the first point
            Span<int> order = [start, Math.Min(low, high), Math.Max(low, high), end - 1];
            foreach (int i in order)
            {
                if (i != previous)
                    path.LineTo(x[i], y[i]);
                previous = i;
            }

            start = end;
        }
    }

    private static List<(double X, double Upper, double Lower)> Columns(ReadOnlySpan<double> x, ReadOnlySpan<double> upper,
        ReadOnlySpan<double> lower)
    {
        List<(double, double, double)> columns = [];
        for (int start = 0; start < x.Length;)
        {
            int end = ColumnEnd(x, start);
            (double top, double bottom) = (upper[start], lower[start]);
            for (int i = start + 1; i < end; i++)
                (top, bottom) = (Math.Min(top, upper[i]), Math.Max(bottom, lower[i])); // pixels count downwards
            columns.Add((x[start], top, bottom));
            start = end;
        }

        return columns;
    }

    private static int ColumnEnd(ReadOnlySpan<double> x, int start)
    {
        double column = Math.Floor(x[start]);
        int end = start + 1;
        while (end < x.Length && Math.Floor(x[end]) == column)
            end++;
        return end;
    }

    private static List<Range> Runs(ReadOnlySpan<double> y)
    {
        List<Range> runs = [];
        for (int i = 0; i < y.Length; i++)
        {
            int start = i;
            while (i < y.Length && !double.IsNaN(y[i]))
                i++;
            if (i > start)
                runs.Add(start..i);
        }

        return runs;
    }
}
