using Pile.Format;

namespace Pile.Layers;

/// <summary>The sizes of the pictures of rows, in pixels.</summary>
/// <param name="Ids">The rows whose size is known.</param>
/// <param name="Widths">Their widths.</param>
/// <param name="Heights">Their heights.</param>
internal sealed record PictureSizes(ObjectId[] Ids, double[] Widths, double[] Heights);
