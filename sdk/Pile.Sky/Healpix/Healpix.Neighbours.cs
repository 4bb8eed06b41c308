namespace Pile.Sky;

public static partial class Healpix
{
    // SW, W, NW, N, NE, E, SE, S: x grows toward north-east, y toward north-west.
    private static ReadOnlySpan<sbyte> NeighbourDx => [-1, -1, 0, 1, 1, 1, 0, -1];
    private static ReadOnlySpan<sbyte> NeighbourDy => [0, 1, 1, 1, 0, -1, -1, -1];

    /// <summary>Finds the pixels that share an edge or a corner with a pixel.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <param name="pixel">Pixel number, in [0, 12·4^order).</param>
    /// <param name="destination">Receives the neighbours to the SW, W, NW, N, NE, E, SE and S; shape [8] or longer. -1 if there is no
    /// neighbour: at each of the eight points where three base faces meet, the diagonal neighbour is missing.</param>
    /// <exception cref="ArgumentException">The destination is shorter than 8.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or the pixel is not valid.</exception>
    public static void Neighbours(int order, long pixel, Span<long> destination)
    {
        CheckPixel(order, pixel);
        if (destination.Length < 8)
            throw new ArgumentException($"Expected a destination of at least 8, found {destination.Length}.", nameof(destination));

        long nside = 1L << order;
        (int face, long x, long y) = Decompose(order, pixel);
        for (int i = 0; i < 8; i++)
        {
            long nx = x + NeighbourDx[i], ny = y + NeighbourDy[i];
            bool inside = (ulong)nx < (ulong)nside && (ulong)ny < (ulong)nside;
            destination[i] = inside ? Compose(order, face, nx, ny) : AcrossFaces(order, face, nx, ny);
        }
    }

    /// <summary>Returns the pixel one step outside a face, by the geometry of the twelve faces: row 0 is around the north pole, 1 around
    /// the equator, 2 around the south pole.</summary>
    private static long AcrossFaces(int order, int face, long x, long y)
    {
        long last = (1L << order) - 1;
        int row = face >> 2, column = face & 3;
        int stepX = x < 0 ? -1 : x > last ? 1 : 0, stepY = y < 0 ? -1 : y > last ? 1 : 0;
        long wrappedX = x & last, wrappedY = y & last;
        return (row, stepX, stepY) switch
        {
            // Across a pole, both coordinates turn by 90° or 180° with the face.
            (0, 1, 0) => At(0, column + 1, y, last),
            (0, 0, 1) => At(0, column - 1, last, x),
            (0, 1, 1) => At(0, column + 2, last, last),
            (2, 0, -1) => At(2, column + 1, 0, x),
            (2, -1, 0) => At(2, column - 1, y, 0),
            (2, -1, -1) => At(2, column + 2, 0, 0),
            // Toward the equator and across it, adjacent faces have the same axes.
            (0, -1, 0) => At(1, column, wrappedX, wrappedY),
            (0, 0, -1) => At(1, column + 1, wrappedX, wrappedY),
            (0, -1, -1) => At(2, column, wrappedX, wrappedY),
            (1, 1, 0) => At(0, column, wrappedX, wrappedY),
            (1, 0, 1) => At(0, column - 1, wrappedX, wrappedY),
            (1, 0, -1) => At(2, column, wrappedX, wrappedY),
            (1, -1, 0) => At(2, column - 1, wrappedX, wrappedY),
            (1, 1, -1) => At(1, column + 1, wrappedX, wrappedY),
            (1, -1, 1) => At(1, column - 1, wrappedX, wrappedY),
            (2, 1, 0) => At(1, column + 1, wrappedX, wrappedY),
            (2, 0, 1) => At(1, column, wrappedX, wrappedY),
            (2, 1, 1) => At(0, column, wrappedX, wrappedY),
            _ => -1, // only three faces meet here
        };

        long At(int toRow, int toColumn, long toX, long toY) => Compose(order, (toRow << 2) | (toColumn & 3), toX, toY);
    }
}
