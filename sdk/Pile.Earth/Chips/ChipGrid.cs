namespace Pile.Earth;

/// <summary>The chips of one size that a raster is divided into, from its first pixel; chip (x, y) is the x-th to the right and the y-th
/// down.</summary>
internal sealed class ChipGrid
{
    /// <summary>Creates the chips of a raster.</summary>
    /// <param name="rows">The rows of the raster; first, as in STAC's <c>proj:shape</c>.</param>
    /// <param name="columns">The columns of the raster.</param>
    /// <param name="transform">The transform of the raster.</param>
    /// <param name="sizePixels">The columns and rows of a chip.</param>
    /// <param name="edge">What is done where the raster is not a multiple of the size.</param>
    /// <exception cref="ArgumentException">A size is not positive, or the transform cannot be inverted.</exception>
    internal ChipGrid(int rows, int columns, Affine transform, int sizePixels, ChipEdge edge)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sizePixels);
        if (!transform.IsInvertible)
            throw new ArgumentException($"The transform {transform} cannot be inverted.", nameof(transform));
        (Rows, Columns, Transform, SizePixels, Edge) = (rows, columns, transform, sizePixels, edge);
        (CountX, CountY) = (CountOf(columns), CountOf(rows));
    }

    internal int Rows { get; }

    internal int Columns { get; }

    internal Affine Transform { get; }

    internal int SizePixels { get; }

    internal ChipEdge Edge { get; }

    /// <summary>The chips in a row; 0 if the raster is smaller than a chip, unless chips are padded.</summary>
    internal int CountX { get; }

    /// <summary>The chips in a column.</summary>
    internal int CountY { get; }

    /// <summary>The number of chips.</summary>
    internal long Count => (long)CountX * CountY;

    /// <summary>Returns the pixels of a chip.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such chip.</exception>
    internal ChipWindow Window(int chipX, int chipY)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chipX);
        ArgumentOutOfRangeException.ThrowIfNegative(chipY);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chipX, CountX);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chipY, CountY);
        (int column, int row) = (Start(chipX, Columns), Start(chipY, Rows));
        return new ChipWindow(column, row, Math.Min(SizePixels, Columns - column), Math.Min(SizePixels, Rows - row));
    }

    /// <summary>Returns the transform of a chip, whose pixel (0, 0) is the chip's first.</summary>
    internal Affine TransformOf(int chipX, int chipY)
    {
        ChipWindow window = Window(chipX, chipY);
        return Transform.Window(window.Column, window.Row);
    }

    /// <summary>Returns the first pixel of a chip along an axis of a length in pixels.</summary>
    internal int Start(int chip, int length) =>
        Edge is ChipEdge.Overlap ? Math.Min(checked(chip * SizePixels), length - SizePixels) : checked(chip * SizePixels);

    private int CountOf(int length) => Edge switch
    {
        ChipEdge.Drop => length / SizePixels,
        ChipEdge.Pad => (int)(((long)length + SizePixels - 1) / SizePixels),
        ChipEdge.Overlap => length < SizePixels ? 0 : (int)(((long)length + SizePixels - 1) / SizePixels),
        _ => throw new InvalidOperationException($"The edge {Edge} is unknown."),
    };
}
