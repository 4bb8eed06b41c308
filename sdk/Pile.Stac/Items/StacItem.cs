namespace Pile.Stac;

/// <summary>Reads STAC items of the versions 0.7 to 1.1.</summary>
internal static class StacItem
{
    /// <summary>Reads an item.</summary>
    /// <param name="document">The item as UTF-8; the scene keeps it, and its values are parts of it.</param>
    /// <param name="source">The file or address that contains it, for messages and relative hrefs.</param>
    /// <param name="index">The index of the item in its source.</param>
    /// <param name="options">The collections whose properties items before STAC 1.0 inherit, and the mounts; null for an item of which only
    /// its own text is known.</param>
    /// <exception cref="SceneInvalidException">The text is not JSON, not an item, or a member is missing or has an invalid value. The
    /// message names the member and the value.</exception>
    /// <remarks>Source: the STAC specification, versions 0.7.0 to 1.1.0, and the extensions eo, projection (1 and 2), raster (1 and 2),
    /// view, grid, commons and alternate-assets.</remarks>
    internal static Scene Parse(ReadOnlyMemory<byte> document, string source, long index = 0, SceneReadOptions? options = null) =>
        new ItemReader(document, source, index, options).Read();
}
