namespace Pile.Format;

/// <summary>The partitioning of rows into cells.</summary>
/// <param name="Scheme">The scheme: <see cref="Healpix"/>, <see cref="Hash"/>, or <c>tile</c>.</param>
/// <param name="Order">The HEALPix order of the cells, 0 to 29, NESTED; null for other schemes.</param>
/// <param name="Bits">The number of leading bits of the key that number the cells, 0 to <see cref="MaxBits"/>; null for other schemes than
/// <see cref="Hash"/>.</param>
public sealed record Partition(string Scheme, int? Order = null, int? Bits = null)
{
    /// <summary>The scheme of rows with a position, on the sky or on the earth: cells are HEALPix pixels.</summary>
    public const string Healpix = "healpix";

    /// <summary>The scheme of rows without a position: cells are ranges of a hash of the id.</summary>
    public const string Hash = "hash";

    /// <summary>The scheme of rows on the earth whose cells are the tiles of <see cref="Grid"/>.</summary>
    internal const string Tile = "tile";

    /// <summary>The largest <see cref="Bits"/>.</summary>
    public const int MaxBits = 16;

    /// <summary>The frame of the positions; null if rows have none.</summary>
    internal PositionFrame? Frame { get; init; } = Scheme == Healpix ? PositionFrame.Icrs : Scheme == Tile ? PositionFrame.Wgs84 : null;

    /// <summary>The grid of <see cref="Tile"/>; null for other schemes.</summary>
    internal EarthGrid? Grid { get; init; }

    /// <summary>The key by which rows are sorted and divided into cells.</summary>
    internal IndexKey Key => IndexKey.Of(this);
}
