using Pile.Proj;

namespace Pile.Earth.Tests;

/// <summary>Chips of global grids, whose boxes follow from the grid alone.</summary>
public sealed class WideChipTests
{
    private const double MetersPerDeg = 6378137 * Math.PI / 180; // of the world equidistant cylindrical projection

    [Theory]
    [InlineData(360, 180, 1, 1, -180, 90, 256, nameof(ChipEdge.Pad))]
    [InlineData(1440, 721, 0.25, 0.25, -180.125, 90.125, 721, nameof(ChipEdge.Drop))] // centres of pixels at the poles
    [InlineData(1440, 721, 0.25, 0.25, -0.125, 90.125, 721, nameof(ChipEdge.Overlap))]
    [InlineData(576, 361, 0.625, 0.5, -180.3125, 90.25, 361, nameof(ChipEdge.Drop))]
    [InlineData(576, 361, 0.625, 0.5, -180.3125, 90.25, 300, nameof(ChipEdge.Drop))] // one pole
    [InlineData(192, 144, 1.875, 1.25, -180, 90, 128, nameof(ChipEdge.Drop))]
    [InlineData(192, 144, 1.875, 1.25, 0, 90, 128, nameof(ChipEdge.Pad))]
    [InlineData(35, 33, 10, 5, -170, 80, 20, nameof(ChipEdge.Pad))]
    [InlineData(72, 36, 5, 5, 0, 90, 64, nameof(ChipEdge.Pad))] // to 640 degrees
    [InlineData(72, 36, 5, 5, 0, 90, 30, nameof(ChipEdge.Pad))]
    [InlineData(72, 36, 5, 5, 0, 90, 512, nameof(ChipEdge.Pad))] // seven times around the earth
    [InlineData(72, 36, 5, 5, 0, 90, 576, nameof(ChipEdge.Pad))] // eight times: both sides are one meridian
    [InlineData(720, 360, 0.5, 0.5, -180, 90, 360, nameof(ChipEdge.Drop))] // 180 degrees
    [InlineData(360, 300, 1, 0.5, -180, 75, 250, nameof(ChipEdge.Drop))]
    [InlineData(360, 360, 1, 0.5, -170, 90, 359, nameof(ChipEdge.Drop))]
    public void Chips_of_global_grids_have_the_box_of_their_pixels(int columns, int rows, double width, double height, double west,
        double north, int size, string edge)
    {
        foreach ((string crs, double unit) in ((string, double)[])[("EPSG:4326", 1), ("EPSG:4087", MetersPerDeg)])
        {
            using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse(crs));
            foreach (int northUp in (int[])[1, -1])
            {
                ChipGrid grid = new(rows, columns, new Affine(width * unit, 0, west * unit, 0, -height * unit * northUp,
                    north * unit * northUp), size, Enum.Parse<ChipEdge>(edge));
                ChipFootprints chips = ChipFootprints.Of(grid, transform.Forward);
                byte[] wkb = new byte[chips.MaxWkbBytes];
                for (int chip = 0; chip < grid.Count; chip++)
                {
                    (int x, int y) = (chip % grid.CountX, chip / grid.CountX);
                    double left = west + (grid.Start(x, columns) * width), top = north - (grid.Start(y, rows) * height);
                    double right = left + Math.Min(size * width, 360);
                    double upper = Math.Min(top, 90), lower = Math.Max(top - (size * height), -90);
                    if (lower >= upper)
                        continue; // padding beyond the pole
                    Assert.True(chips.TryWrite(x, y, wkb, out int bytes));
                    FootprintMeasures found = FootprintMeasures.Of(wkb.AsSpan(0, bytes));
                    (double south, double other) = northUp > 0 ? (lower, upper) : (-upper, -lower);
                    Assert.Equal([south, other], [found.Bounds.South, found.Bounds.North], AreNear);
                    Assert.Equal(right - left, found.Bounds.WidthDeg, 1e-9);
                    double expected = size * width > 360 ? -180 : left;
                    Assert.Equal(0, Math.IEEERemainder(found.Bounds.West - expected, 360), 1e-9);
                    double sines = Math.Sin(double.DegreesToRadians(upper)) - Math.Sin(double.DegreesToRadians(lower));
                    Assert.Equal(double.RadiansToDegrees(sines * (right - left)), found.AreaDeg2, 1e-6);
                }
            }
        }
    }

    private static bool AreNear(double one, double other) => Math.Abs(one - other) < 1e-9;
}
