using Pile.Format;
using Pile.Rasters;

namespace Pile.Builders.Sources.Stac;

/// <summary>An open raster file of a scene.</summary>
/// <param name="Source">Reads it.</param>
/// <param name="Reference">What the dataset records of it.</param>
internal sealed record RasterFile(IRasterSource Source, ReferencedFile Reference);
