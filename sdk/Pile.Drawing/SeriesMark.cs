namespace Pile.Drawing;

/// <summary>Marks of series, which differ in shape as well as in colour.</summary>
internal static class SeriesMark
{
    /// <summary>Adds the outline of a mark to a path that is drawn as <c>solid</c>.</summary>
    /// <param name="path">The path.</param>
    /// <param name="series">The number of the series.</param>
    /// <param name="x">The middle.</param>
    /// <param name="y">The middle.</param>
    /// <param name="r">Half the size.</param>
    public static void Add(SvgPath path, int series, double x, double y, double r)
    {
        switch (series % 4)
        {
            case 0: // an octagon, which is round at this size
                double c = 0.41 * r;
                path.MoveTo(x - r, y - c).LineTo(x - c, y - r).LineTo(x + c, y - r).LineTo(x + r, y - c).LineTo(x + r, y + c)
                    .LineTo(x + c, y + r).LineTo(x - c, y + r).LineTo(x - r, y + c).Close();
                break;
            case 1:
                path.MoveTo(x - r, y - r).LineTo(x + r, y - r).LineTo(x + r, y + r).LineTo(x - r, y + r).Close();
                break;
            case 2:
                path.MoveTo(x, y - (1.2 * r)).LineTo(x + (1.15 * r), y + (0.8 * r)).LineTo(x - (1.15 * r), y + (0.8 * r)).Close();
                break;
            default:
                path.MoveTo(x, y - (1.3 * r)).LineTo(x + (1.3 * r), y).LineTo(x, y + (1.3 * r)).LineTo(x - (1.3 * r), y).Close();
                break;
        }
    }
}
