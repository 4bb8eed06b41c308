namespace Pile.Format;

/// <summary>The windows of raster files that are the values of a column, for a number of rows.</summary>
/// <remarks>The last three axes of a value are band, row and column; all axes before them have the length 1. Each band is a window of a
/// file of its own, or a band of a file with several.</remarks>
internal sealed class WindowColumnData : ColumnData
{
    private readonly int[] shapes; // rows × rank

    /// <summary>Creates a column of windows.</summary>
    /// <param name="schema">Name, dtype and shape; its storage is <see cref="ColumnStorage.Window"/>.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="shapes">The shape of every row: rows × rank.</param>
    /// <param name="isNull">True for each row without a value; empty if every row has one.</param>
    /// <exception cref="ArgumentException">The schema is of another storage, or the shapes do not match it.</exception>
    internal WindowColumnData(ColumnSchema schema, int rowCount, int[] shapes, ReadOnlyMemory<bool> isNull = default)
        : base(schema, rowCount, isNull)
    {
        if (schema.Storage != ColumnStorage.Window)
            throw new ArgumentException($"Column '{schema.Name}' is not a column of windows.", nameof(schema));
        if (shapes.Length != rowCount * schema.Shape.Length)
            throw new ArgumentException($"Column '{schema.Name}' has {rowCount} rows of rank {schema.Shape.Length}, but {shapes.Length} "
                + "lengths were given.", nameof(shapes));
        this.shapes = shapes;
    }

    /// <summary>The number of numbers of a window: column, row, width and height.</summary>
    internal const int WindowTerms = 4;

    /// <summary>The number of bands of a row.</summary>
    internal required int BandCount { get; init; }

    /// <summary>The files of the windows.</summary>
    internal required IReadOnlyList<ReferencedFile> Sources { get; init; }

    /// <summary>The number of the file of each band in <see cref="Sources"/>: rows × bands.</summary>
    internal required int[] Files { get; init; }

    /// <summary>The number of each band in its file, from 0: rows × bands.</summary>
    internal required int[] Bands { get; init; }

    /// <summary>How many pixels of the value are as wide as one pixel of the band's file: rows × bands.</summary>
    internal required int[] Factors { get; init; }

    /// <summary>Column, row, width and height of each row's window, in pixels of the value. It may exceed the raster, and has no value
    /// there: rows × <see cref="WindowTerms"/>.</summary>
    internal required int[] Windows { get; init; }

    /// <inheritdoc/>
    public override long ValueBytes => 0;

    /// <inheritdoc/>
    public override ReadOnlySpan<int> ShapeOf(int row)
    {
        RequireRow(row);
        return shapes.AsSpan(row * Schema.Shape.Length, Schema.Shape.Length);
    }

    /// <summary>The shapes of all rows: rows × rank.</summary>
    internal ReadOnlyMemory<int> Shapes => shapes;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always: the values are in other files.</exception>
    public override ReadOnlySpan<byte> RowBytes(int row) =>
        throw new InvalidOperationException($"The values of column '{Schema.Name}' are in other files.");

    /// <inheritdoc/>
    public override ColumnData Take(ReadOnlySpan<int> rows, ColumnSchema? schema = null)
    {
        RequireTaken(rows);
        int[] taken = rows.ToArray();
        return new WindowColumnData(schema ?? Schema, rows.Length, Chosen(shapes, Schema.Shape.Length), TakeNulls(rows))
        {
            BandCount = BandCount,
            Sources = Sources,
            Files = Chosen(Files, BandCount),
            Bands = Chosen(Bands, BandCount),
            Factors = Chosen(Factors, BandCount),
            Windows = Chosen(Windows, WindowTerms),
        };

        int[] Chosen(int[] values, int perRow)
        {
            int[] chosen = new int[taken.Length * perRow];
            for (int i = 0; i < taken.Length; i++)
                if (taken[i] >= 0) // a row without a value otherwise
                    values.AsSpan(taken[i] * perRow, perRow).CopyTo(chosen.AsSpan(i * perRow));
            return chosen;
        }
    }

    /// <inheritdoc/>
    public override ColumnData WithSchema(ColumnSchema schema) => new WindowColumnData(schema, RowCount, shapes, IsNull)
    {
        BandCount = BandCount,
        Sources = Sources,
        Files = Files,
        Bands = Bands,
        Factors = Factors,
        Windows = Windows,
    };

    private protected override ColumnData ConcatWith(IReadOnlyList<ColumnData> parts) =>
        throw new NotSupportedException("Columns of windows are written batch by batch, and never joined.");
}
