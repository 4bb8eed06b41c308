using System.Globalization;

namespace Pile.Earth;

/// <summary>The grid <c>{kind: spec}</c>, as the Open Data Cube has it: tiles of equal shape on a plane, with keys such as
/// <c>x-14_y-26</c>.</summary>
/// <remarks>Tile (0, 0) has its lower left corner at the origin; tile numbers grow with the coordinates, whatever the direction of the
/// pixels.</remarks>
internal sealed class GridSpec : TileGrid
{
    private const double MaxTiles = 1e15;

    /// <summary>Creates a grid.</summary>
    /// <param name="crs">The authority code of the coordinate reference system.</param>
    /// <param name="originX">The x of the origin.</param>
    /// <param name="originY">The y of the origin.</param>
    /// <param name="resolutionX">The width of a pixel in units of the system; positive.</param>
    /// <param name="resolutionY">The height of a pixel; usually negative, as rows go down.</param>
    /// <param name="tileRows">The rows of a tile; first, as in every shape.</param>
    /// <param name="tileColumns">The columns of a tile.</param>
    /// <exception cref="ArgumentException">A number is not finite, or a size is zero.</exception>
    internal GridSpec(string crs, double originX, double originY, double resolutionX, double resolutionY, int tileRows, int tileColumns)
    {
        if (!double.IsFinite(originX) || !double.IsFinite(originY) || !double.IsFinite(resolutionY) || resolutionY is 0.0
            || !(resolutionX > 0.0 && double.IsFinite(resolutionX)) || tileRows < 1 || tileColumns < 1)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The grid spec of '{crs}' has the origin ({originX:R}, {originY:R}), the resolution "
                + $"({resolutionX:R}, {resolutionY:R}) and tiles of {tileRows} × {tileColumns} pixels; expected finite numbers, a positive "
                + $"x resolution, a y resolution that is not 0, and tiles of at least one pixel."));
        (Crs, OriginX, OriginY) = (crs, originX, originY);
        (ResolutionX, ResolutionY, TileRows, TileColumns) = (resolutionX, resolutionY, tileRows, tileColumns);
    }

    internal string Crs { get; }

    internal double OriginX { get; }

    internal double OriginY { get; }

    internal double ResolutionX { get; }

    internal double ResolutionY { get; }

    internal int TileRows { get; }

    internal int TileColumns { get; }

    /// <summary>The width of a tile in units of the system.</summary>
    internal double TileWidth => TileColumns * ResolutionX;

    /// <summary>The height of a tile in units of the system.</summary>
    internal double TileHeight => TileRows * Math.Abs(ResolutionY);

    /// <summary>Returns the tile that contains a position; its western and southern sides belong to it.</summary>
    /// <exception cref="FormatException">The position is not finite, or too far from the origin.</exception>
    internal (long X, long Y) TileOf(double x, double y)
    {
        (double column, double row) = (Math.Floor((x - OriginX) / TileWidth), Math.Floor((y - OriginY) / TileHeight));
        return Math.Abs(column) <= MaxTiles && Math.Abs(row) <= MaxTiles ? ((long)column, (long)row)
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"The position ({x:R}, {y:R}) is not on the grid of '{Crs}'."));
    }

    /// <summary>Returns the tiles that have a part of their inside in a box: from the first to the last, both included.</summary>
    internal ((long X, long Y) First, (long X, long Y) Last) TilesOf(double west, double south, double east, double north)
    {
        (long X, long Y) first = TileOf(west, south), last = TileOf(east, north);
        (_, _, double firstEast, double firstNorth) = BoundsOf(first.X, first.Y);
        (double lastWest, double lastSouth, _, _) = BoundsOf(last.X, last.Y);
        // A side of the box on a side of a tile: by the tile's own numbers, whatever the division has rounded to.
        first.X += firstEast <= west && first.X < last.X ? 1 : 0;
        first.Y += firstNorth <= south && first.Y < last.Y ? 1 : 0;
        last.X -= lastWest >= east && last.X > first.X ? 1 : 0;
        last.Y -= lastSouth >= north && last.Y > first.Y ? 1 : 0;
        return (first, last);
    }

    /// <summary>Returns the box of a tile in coordinates of the system.</summary>
    internal (double West, double South, double East, double North) BoundsOf(long x, long y) =>
        (OriginX + (x * TileWidth), OriginY + (y * TileHeight), OriginX + ((x + 1) * TileWidth), OriginY + ((y + 1) * TileHeight));

    /// <summary>Returns the transform of the pixels of a tile.</summary>
    internal Affine TransformOf(long x, long y)
    {
        (double west, double south, _, double north) = BoundsOf(x, y);
        return new Affine(ResolutionX, 0, west, 0, ResolutionY, ResolutionY < 0.0 ? north : south);
    }

    /// <summary>Returns the key of a tile.</summary>
    internal static string KeyOf(long x, long y) => $"x{x}_y{y}";

    internal override string KeyAt(string crs, double x, double y)
    {
        if (!string.Equals(crs, Crs, StringComparison.OrdinalIgnoreCase))
            throw new FormatException($"The position is in '{crs}', but the grid is in '{Crs}'.");
        (long column, long row) = TileOf(x, y);
        return KeyOf(column, row);
    }

    internal override bool IsKey(string key) => TryParse(key, out _, out _);

    /// <summary>Returns the numbers of a tile.</summary>
    /// <exception cref="FormatException">There is no such tile.</exception>
    internal static (long X, long Y) Parse(string key) => TryParse(key, out long x, out long y) ? (x, y)
        : throw new FormatException($"'{key}' is not the key of a tile of a grid spec; expected the numbers of column and row as in "
            + "x-14_y-26.");

    private static bool TryParse(string key, out long x, out long y)
    {
        (x, y) = (0, 0);
        int middle = key.IndexOf("_y", StringComparison.Ordinal);
        return key.StartsWith('x') && middle > 1 && GridNumber.TryParse(key.AsSpan(1, middle - 1), out x)
            && GridNumber.TryParse(key.AsSpan(middle + 2), out y);
    }
}
