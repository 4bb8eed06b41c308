namespace Pile.Drawing;

/// <summary>Maps positions to pixels of a map of the whole sky: north up, east to the left.</summary>
internal sealed class SkyPlane(SkyMapOptions options, double middleX, double middleY, double pixelsPerDeg)
{
    public double OffsetOf(double raDeg) => SkyProjection.OffsetDeg(raDeg, options.CentreRaDeg);

    public (double X, double Y) Place(double raDeg, double decDeg) => PlaceOffset(OffsetOf(raDeg), decDeg);

    public (double X, double Y) PlaceOffset(double offsetDeg, double decDeg)
    {
        (double x, double y) = SkyProjection.AllSky(options.Projection, offsetDeg, decDeg);
        return (middleX - x * pixelsPerDeg, middleY - y * pixelsPerDeg);
    }

    public void Continue(SvgPath path, double offsetDeg, double decDeg, bool startAnew)
    {
        (double x, double y) = PlaceOffset(offsetDeg, decDeg);
        _ = startAnew ? path.MoveTo(x, y) : path.LineTo(x, y);
    }
}
