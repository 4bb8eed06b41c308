using Pile.Earth;
using Pile.Rasters;

namespace Pile.Builders.Sources.Stac;

/// <summary>Which pixels of a band contain the centres of the finest grid's pixels.</summary>
internal sealed class MeteredPixels
{
    // A band nests if its pixels begin where those of the finest grid do, to this part of a pixel, and are as many times as wide.
    private const double Nesting = 1e-3, Tolerance = 1e-6;

    private readonly AxisPositions? columns, rows;

    /// <summary>Compares two grids of one coordinate reference system.</summary>
    /// <param name="own">The transform of the band.</param>
    /// <param name="width">The width of the band in pixels.</param>
    /// <param name="height">The height of the band in pixels.</param>
    /// <param name="grid">The finest grid.</param>
    internal MeteredPixels(Affine own, int width, int height, ChipGrid grid)
    {
        if (new RasterResampling(ResamplingMethod.Nearest, grid.Columns, grid.Rows, grid.Transform).PositionsIn(own, width, height)
            is not (var across, var down))
        {
            Obstacle = "one of the grids is rotated";
            return;
        }
        (columns, rows) = (across, down);
        double whole = Math.Round(1 / across.Step);
        if (whole is >= 1 and <= int.MaxValue && Math.Abs((1 / across.Step) - whole) < Tolerance
            && Math.Abs((1 / down.Step) - whole) < Tolerance && Math.Abs(across.Origin * whole) < Nesting
            && Math.Abs(down.Origin * whole) < Nesting)
            Factor = (int)whole;
        else if (Math.Max(Math.Abs(across.Step), Math.Abs(down.Step)) > 1 + Tolerance)
            Obstacle = "its pixels are narrower or lower than those of the grid";
    }

    /// <summary>How many pixels of the finest grid are as wide as one of the band; null if the band does not nest.</summary>
    internal int? Factor { get; }

    /// <summary>Why the pixels of the finest grid have no pixel of the band; null if they have one.</summary>
    internal string? Obstacle { get; }

    /// <summary>Returns whether no pixel of the finest grid is on the band.</summary>
    internal bool IsOutside(int columnCount, int rowCount) =>
        Array.TrueForAll(Columns(columnCount), column => column < 0) || Array.TrueForAll(Rows(rowCount), row => row < 0);

    /// <summary>Returns the column of the band for each column of the finest grid; -1 outside of the band.</summary>
    internal int[] Columns(int count) => Of(columns!, count);

    /// <summary>Returns the row of the band for each row of the finest grid; -1 outside of the band.</summary>
    internal int[] Rows(int count) => Of(rows!, count);

    private int[] Of(AxisPositions axis, int count)
    {
        int[] found = new int[count];
        for (int i = 0; i < count; i++)
        {
            double nearest = Factor is { } whole ? i / whole : axis.Of(i).Nearest;
            found[i] = nearest >= 0 && nearest < axis.Length ? (int)nearest : -1;
        }
        return found;
    }
}
