namespace Pile.Publishing.Exporting.Stac;

/// <summary>A row of a dataset as a STAC item.</summary>
/// <param name="Id">The id of the row.</param>
/// <param name="Collection">The id of its collection: the product.</param>
/// <param name="Scene">The scene of a chip; null for a scene.</param>
/// <param name="BboxDeg">West, south, east and north; west is greater than east across the antimeridian.</param>
/// <param name="StartMjd">Start of its time; NaN if it is not known.</param>
/// <param name="EndMjd">End of its time; NaN if it is not known.</param>
/// <param name="Wkb">The footprint.</param>
/// <param name="Item">Returns the item, given the links of an item that is not a document.</param>
internal sealed record StacRow(string Id, string Collection, string? Scene, double[] BboxDeg, double StartMjd, double EndMjd,
    ReadOnlyMemory<byte> Wkb, Func<IEnumerable<StacLink>, ReadOnlyMemory<byte>> Item);
