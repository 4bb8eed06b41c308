using Pile.Format;
using Pile.Rasters;

namespace Pile.Builders.Sources.Stac;

/// <summary>An open raster file of a scene.</summary>
/// <param name="source">Reads it.</param>
/// <param name="described">Its address, size and time.</param>
internal sealed class RasterFile(IRasterSource source, ReferencedFile described)
{
    private readonly Lazy<ReferencedFile> reference = new(() => RasterLayoutJson.AddTo(source.Layout, described));

    /// <summary>Reads the file.</summary>
    internal IRasterSource Source => source;

    /// <summary>What the dataset records of the file, with its layout: always the same object.</summary>
    internal ReferencedFile Reference => reference.Value;
}
