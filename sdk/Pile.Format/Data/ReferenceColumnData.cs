namespace Pile.Format;

/// <summary>The locations of the values of a column in files outside the dataset, for a number of rows.</summary>
/// <remarks>
/// <para>The value of a row is either one piece that contains exactly its elements, row-major (a <i>whole</i> piece), or it lies in chunks
/// of equal shape, as HDF5 stores datasets: the chunks' first axis counts rows, the other axes are those of the value. The pieces of the
/// row are then all chunks that contain its elements, in row-major order of their place in the row, edge chunks at full size.</para>
/// <para>A row without elements, and a row without a value, has no piece.</para>
/// </remarks>
internal sealed class ReferenceColumnData : ColumnData
{
    private readonly int[] shapes; // rows × rank

    /// <summary>Creates a column of locations.</summary>
    /// <param name="schema">Name, dtype and shape; its storage is <see cref="ColumnStorage.Reference"/>.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="shapes">The shape of every row: rows × rank.</param>
    /// <param name="isNull">True for each row without a value; empty if every row has one.</param>
    /// <exception cref="ArgumentException">The schema is of another storage, or the shapes do not match it.</exception>
    internal ReferenceColumnData(ColumnSchema schema, int rowCount, int[] shapes, ReadOnlyMemory<bool> isNull = default)
        : base(schema, rowCount, isNull)
    {
        if (schema.Storage != ColumnStorage.Reference)
            throw new ArgumentException($"Column '{schema.Name}' is not a reference column.", nameof(schema));
        if (shapes.Length != rowCount * schema.Shape.Length)
            throw new ArgumentException($"Column '{schema.Name}' has {rowCount} rows of rank {schema.Shape.Length}, but {shapes.Length} "
                + "lengths were given.", nameof(shapes));
        this.shapes = shapes;
    }

    /// <summary>The number of the file of each row, as <c>UnitSpill.AddFile</c> returned it.</summary>
    internal required int[] Files { get; init; }

    /// <summary>The number of the first piece of each row, and after them the number of all pieces; null if every row has one
    /// piece.</summary>
    internal int[]? Starts { get; init; }

    /// <summary>The offset of each piece in its file.</summary>
    internal required long[] Offsets { get; init; }

    /// <summary>The size of each stored piece.</summary>
    internal required int[] StoredBytes { get; init; }

    /// <summary>The codec of each piece, with the bits of <see cref="PieceCodecs"/>.</summary>
    internal required byte[] Codecs { get; init; }

    /// <summary>The CRC-32C of each stored piece; null if they are unverified.</summary>
    internal uint[]? Crcs { get; init; }

    /// <summary>The shape of each row's chunks, with the row axis first: rows × (rank + 1); null if all pieces are whole.</summary>
    internal int[]? Chunks { get; init; }

    /// <summary>The number of the row's first element in its first chunk; null if all pieces are whole.</summary>
    internal long[]? FirstElements { get; init; }

    /// <inheritdoc/>
    public override long ValueBytes => 0;

    /// <summary>Returns the number of a row's first piece; of the row after the last one, the number of all pieces.</summary>
    internal int StartOf(int row) => Starts is null ? row : Starts[row];

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
        schema ??= Schema;
        int rank = schema.Shape.Length, count = 0;
        foreach (int row in rows)
            count += row < 0 ? 0 : StartOf(row + 1) - StartOf(row);
        int[] taken = new int[rows.Length * rank], files = new int[rows.Length], starts = new int[rows.Length + 1];
        long[] offsets = new long[count];
        int[] sizes = new int[count];
        byte[] codecs = new byte[count];
        uint[]? crcs = Crcs is null ? null : new uint[count];
        int[]? chunks = Chunks is null ? null : new int[rows.Length * (rank + 1)];
        long[]? first = FirstElements is null ? null : new long[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i], start = row < 0 ? 0 : StartOf(row), pieces = row < 0 ? 0 : StartOf(row + 1) - start;
            starts[i + 1] = starts[i] + pieces;
            if (row < 0)
                continue;
            ShapeOf(row).CopyTo(taken.AsSpan(i * rank));
            files[i] = Files[row];
            Offsets.AsSpan(start, pieces).CopyTo(offsets.AsSpan(starts[i]));
            StoredBytes.AsSpan(start, pieces).CopyTo(sizes.AsSpan(starts[i]));
            Codecs.AsSpan(start, pieces).CopyTo(codecs.AsSpan(starts[i]));
            Crcs?.AsSpan(start, pieces).CopyTo(crcs.AsSpan(starts[i]));
            Chunks?.AsSpan(row * (rank + 1), rank + 1).CopyTo(chunks.AsSpan(i * (rank + 1)));
            if (first is not null)
                first[i] = FirstElements![row];
        }
        return new ReferenceColumnData(schema, rows.Length, taken, TakeNulls(rows))
        {
            Files = files,
            Starts = starts,
            Offsets = offsets,
            StoredBytes = sizes,
            Codecs = codecs,
            Crcs = crcs,
            Chunks = chunks,
            FirstElements = first,
        };
    }

    /// <inheritdoc/>
    public override ColumnData WithSchema(ColumnSchema schema) => new ReferenceColumnData(schema, RowCount, shapes, IsNull)
    {
        Files = Files,
        Starts = Starts,
        Offsets = Offsets,
        StoredBytes = StoredBytes,
        Codecs = Codecs,
        Crcs = Crcs,
        Chunks = Chunks,
        FirstElements = FirstElements,
    };

    private protected override ColumnData ConcatWith(IReadOnlyList<ColumnData> parts) =>
        throw new NotSupportedException("Reference columns are written batch by batch, and never joined.");
}
