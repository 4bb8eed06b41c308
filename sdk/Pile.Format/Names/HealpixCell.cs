using System.Globalization;

namespace Pile.Format;

/// <summary>The cell of a dataset partitioned by HEALPix: its folder's name and the order-29 pixels it holds.</summary>
/// <param name="Order">HEALPix order, 0 to 29.</param>
/// <param name="Pixel">Pixel number, NESTED.</param>
internal readonly record struct HealpixCell(int Order, long Pixel)
{
    /// <summary>The folder's name, without padding as the Multimodal Universe has it: <c>healpix=1234</c>.</summary>
    public string FolderName => $"healpix={Pixel.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The cell that holds an order-29 pixel.</summary>
    public static HealpixCell Containing(long healpix29, int order) => new(order, healpix29 >> (2 * (29 - order)));
}
