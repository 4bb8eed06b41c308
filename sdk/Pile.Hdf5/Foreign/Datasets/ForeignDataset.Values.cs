namespace Pile.Hdf5;

internal sealed partial class ForeignDataset
{
    /// <summary>Returns the stored pieces with rows of a range, in order. Chunks that were never written are not returned.</summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <exception cref="Hdf5Exception">The index of chunks is corrupt, or the values are not in this file.</exception>
    internal ReadOnlyMemory<ForeignPiece> Pieces(long firstRow, long rowCount)
    {
        CheckRows(firstRow, rowCount);
        if (Storage is ForeignStorage.External or ForeignStorage.Virtual)
            throw Unsupported(Obstacle!);
        if (rowCount is 0 || space.Count is 0)
            return default;
        if (grid is null)
            return Layout.Address is FileBytes.Undefined ? default : new ForeignPiece[]
            {
                new(0, File.BaseOffset + Layout.Address + (firstRow * RowBytes), rowCount * RowBytes, 0),
            };
        chunks ??= ChunkTable.Read(this, grid);
        (long low, long high) = NumbersOf(firstRow, rowCount);
        int start = IndexOf(low), end = IndexOf(high);
        return chunks.AsMemory(start, end - start);
    }

    /// <summary>Counts the chunks with rows of a range, written or not.</summary>
    internal long CountChunks(long firstRow, long rowCount)
    {
        CheckRows(firstRow, rowCount);
        if (grid is null || rowCount is 0 || space.Count is 0)
            return 0;
        (long low, long high) = NumbersOf(firstRow, rowCount);
        return high - low;
    }

    /// <summary>Computes the first element of a chunk.</summary>
    /// <param name="piece">A piece of this dataset.</param>
    /// <param name="first">Receives an index per dimension. A chunk may exceed the shape.</param>
    internal void FirstElement(ForeignPiece piece, Span<long> first) => grid!.FirstElement(piece.Number, first);

    /// <summary>Reads rows of a fixed-size type.</summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="destination">Receives rows × <see cref="RowBytes"/> bytes in C order and little-endian; must have exactly this
    /// length. Bytes between the members of compounds are 0.</param>
    /// <exception cref="Hdf5Exception">The values are corrupt, or cannot be read: see <see cref="Obstacle"/> and
    /// <see cref="ForeignType.Obstacle"/>.</exception>
    internal void Read(long firstRow, long rowCount, Span<byte> destination)
    {
        if (Type.Obstacle is not null)
            throw Unsupported($"values of type {Type}: {Type.Obstacle}");
        ReadStored(firstRow, rowCount, destination);
        NativeOrder.Convert(Type, destination);
    }

    /// <summary>Reads rows of texts or sequences of variable length.</summary>
    /// <returns>The bytes of each text, up to the first NUL, or the values of each sequence, little-endian.</returns>
    /// <exception cref="Hdf5Exception">The values are corrupt, or cannot be read.</exception>
    internal ReadOnlyMemory<byte>[] ReadSequences(long firstRow, long rowCount)
    {
        CheckRows(firstRow, rowCount);
        if (!Type.IsVariable)
            throw Invalid($"expected elements of variable length, found {Type}");
        if ((Int128)rowCount * RowBytes > Array.MaxLength)
            throw Invalid($"{rowCount} rows of {RowBytes} bytes do not fit in memory at once");
        byte[] references = new byte[rowCount * RowBytes];
        ReadStored(firstRow, rowCount, references);
        return owner.Sequences.Read(Type, references, Path);
    }

    /// <summary>Finds where the values of sequences are stored.</summary>
    /// <returns>The offset of each sequence in the file, and its number of elements.</returns>
    /// <exception cref="Hdf5Exception">A reference is corrupt.</exception>
    internal (long Offset, long Count)[] LocateSequences(long firstRow, long rowCount)
    {
        CheckRows(firstRow, rowCount);
        if (Type.Kind is not ForeignTypeKind.Sequence)
            throw Invalid($"expected sequences, found {Type}");
        byte[] references = new byte[checked((int)(rowCount * RowBytes))];
        ReadStored(firstRow, rowCount, references);
        return owner.Sequences.Locate(Type, references, Path);
    }

    /// <summary>Fills a buffer with the value of elements that were never written.</summary>
    internal void Fill(Span<byte> destination)
    {
        if (fill.IsEmpty)
            destination.Clear();
        else if (fill.Length is 1)
            destination.Fill(fill.Span[0]);
        else
            for (int done = 0; done < destination.Length; done += fill.Length)
                fill.Span.CopyTo(destination[done..]);
    }

    /// <summary>Reads rows as they are stored, without a conversion of their elements.</summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="destination">Receives rows × <see cref="RowBytes"/> bytes in C order; must have exactly this length.</param>
    /// <exception cref="Hdf5Exception">The values are corrupt, or cannot be read: see <see cref="Obstacle"/>.</exception>
    internal void ReadStored(long firstRow, long rowCount, Span<byte> destination)
    {
        CheckRows(firstRow, rowCount);
        if (destination.Length != (Int128)rowCount * RowBytes)
            throw new ArgumentException($"{rowCount} rows of '{Path}' have {(Int128)rowCount * RowBytes} bytes; the destination has "
                + $"{destination.Length}.", nameof(destination));
        if (Obstacle is not null)
            throw Unsupported(Obstacle);
        if (destination.IsEmpty)
            return;
        if (grid is not null)
            ChunkValues.Read(this, owner.Decoder, firstRow, rowCount, destination);
        else if (Layout.Address is FileBytes.Undefined)
            Fill(destination);
        else
            File.Fill(Layout.Address + (firstRow * RowBytes), destination);
    }

    private Hdf5Exception Unsupported(string finding) => new(File.Path, Path, finding) { IsUnsupported = true };

    private (long Low, long High) NumbersOf(long firstRow, long rowCount)
    {
        long chunkRows = Layout.ChunkShape[0];
        return (firstRow / chunkRows * grid!.PerRow, (((firstRow + rowCount - 1) / chunkRows) + 1) * grid.PerRow);
    }

    /// <summary>Finds the first written chunk with a number or a larger one.</summary>
    private int IndexOf(long number)
    {
        (int low, int high) = (0, chunks!.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = chunks[middle].Number < number ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    private void CheckRows(long firstRow, long rowCount)
    {
        if (firstRow < 0 || rowCount < 0 || firstRow > RowCount - rowCount)
            throw Invalid($"expected rows {firstRow} to {firstRow + rowCount - 1}, found {RowCount} rows");
    }
}
