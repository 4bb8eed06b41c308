using Pile.Sky;

namespace Pile.Reading;

/// <summary>One Parquet file of the index: the rows of one HEALPix pixel.</summary>
/// <param name="File">Path, rows and size.</param>
/// <param name="Pixel">The pixel.</param>
/// <param name="FirstPosition">The index position of its first row: the rows of all tiles before it.</param>
internal sealed record IndexTile(DatasetFile File, HealpixPixel Pixel, long FirstPosition);
