namespace Pile.Stac;

/// <summary>The grid that ODC loads a product into by default: <c>load</c>, or the older <c>storage</c>.</summary>
/// <param name="Crs">The CRS; null if it is not stated.</param>
/// <param name="ResolutionX">The step along x in units of the CRS; usually positive.</param>
/// <param name="ResolutionY">The step along y; usually negative.</param>
/// <param name="AlignX">The offset of pixel edges along x from multiples of the step; null if it is not stated.</param>
/// <param name="AlignY">The offset along y.</param>
internal sealed record LoadHints(string? Crs, double? ResolutionX, double? ResolutionY, double? AlignX, double? AlignY)
{
    /// <summary>Reads the hints. The axes are called x and y, or longitude and latitude.</summary>
    internal static LoadHints Read(OdcNode node)
    {
        OdcNode? resolution = node.Find("resolution"), align = node.Find("align");
        return new LoadHints(node.Find("crs")?.Text().Trim(), Axis(resolution, "x", "longitude"), Axis(resolution, "y", "latitude"),
            Axis(align, "x", "longitude"), Axis(align, "y", "latitude"));
    }

    private static double? Axis(OdcNode? node, string name, string geographic) =>
        (node?.Find(name) ?? node?.Find(geographic))?.Number();
}
