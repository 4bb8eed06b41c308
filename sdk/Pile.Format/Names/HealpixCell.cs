using System.Globalization;

namespace Pile.Format;

/// <summary>A cell of a dataset partitioned by HEALPix.</summary>
/// <param name="Order">HEALPix order, 0 to 29.</param>
/// <param name="Pixel">Pixel number, NESTED.</param>
internal readonly record struct HealpixCell(int Order, long Pixel)
{
    /// <summary>The name of the folder, without zero padding as in the Multimodal Universe: <c>healpix=1234</c>.</summary>
    public string FolderName => $"healpix={Pixel.ToString(CultureInfo.InvariantCulture)}";
}
