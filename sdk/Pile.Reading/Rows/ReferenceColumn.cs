using Pile.Codecs;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Reads, decodes and checks the values of a column in files outside the dataset.</summary>
/// <remarks>A row is one piece with exactly its elements, or the part of one or more chunks (SCHEMA.md, section 15).</remarks>
/// <param name="stored">The column in the manifest.</param>
/// <param name="files">The number of the file of each row.</param>
/// <param name="pieces">The pieces of each row.</param>
/// <param name="shapes">Each row's shape: rows × rank; empty if the column is not ragged.</param>
/// <param name="chunks">The shape of each row's chunks with rows as the first axis: rows × (rank + 1); 0 if the row is one piece.</param>
/// <param name="firstElements">The number of each row's first element in its chunks.</param>
/// <param name="sources">The files.</param>
/// <param name="isVerified">True to verify every piece that has a CRC-32C.</param>
internal sealed class ReferenceColumn(ColumnSchema stored, int[] files, PieceTable pieces, int[] shapes, int[] chunks,
    long[] firstElements, PieceFiles sources, bool isVerified)
    : HeavyColumn(stored, files, files, pieces, shapes, [], sources, isVerified)
{
    private const int MostAxes = 32; // of HDF5

    /// <inheritdoc/>
    internal override bool IsAsStored(int row) => PiecesOf(row) is [{ Codec: PieceCodec.None }] && ChunkOf(row).IsEmpty;

    /// <inheritdoc/>
    internal override bool IsVerified(int row)
    {
        bool isEach = IsVerifying;
        foreach (ref readonly Piece piece in PiecesOf(row))
            isEach &= !piece.IsUnverified;
        return isEach;
    }

    /// <inheritdoc/>
    internal override bool HasUnverified()
    {
        for (int row = 0; row < RowCount; row++)
            foreach (ref readonly Piece piece in PiecesOf(row))
                if (piece is { IsUnverified: true, StoredBytes: > 0 })
                    return true;
        return false;
    }

    /// <inheritdoc/>
    internal override void Decode(int row, int part, ReadOnlySpan<byte> bytes, PieceScratch scratch, Span<byte> destination)
    {
        if (TryDecodeAgain(row, part, scratch, destination))
            return;
        Piece piece = PiecesOf(row)[part];
        RequireCrc(row, piece, bytes);
        try
        {
            if (ChunkOf(row).IsEmpty)
            {
                Decode(piece.Codec, bytes, scratch, destination);
                RequireBooleans(row, destination);
                return;
            }
            int chunkBytes = (int)ChunkBytes(row);
            Span<byte> chunk = scratch.Chunk.Begin(chunkBytes);
            Decode(piece.Codec, bytes, scratch, chunk);
            RequireBooleans(row, chunk);
            scratch.Chunk.Keep(SourceOf(row), piece, elementBytes, chunkBytes);
            CopyPart(row, part, chunk, destination);
        }
        catch (CodecException e)
        {
            throw Corrupt(row, e.Message, e);
        }
    }

    /// <inheritdoc/>
    internal override async ValueTask<bool> ReadWindowAsync(int row, Window window, Memory<byte> destination,
        CancellationToken cancellationToken)
    {
        int rowBytes = ElementsOf(row) * elementBytes;
        if (IsAsStored(row) && window.Elements * elementBytes < rowBytes)
            return await ReadWindowOfPieceAsync(row, window, rowBytes, destination, cancellationToken).ConfigureAwait(false)
                && IsVerified(row);
        CutFromRow(row, window, rowBytes, destination.Span);
        return IsVerified(row);
    }

    /// <inheritdoc/>
    private protected override bool TryDecodeAgain(int row, int part, PieceScratch scratch, Span<byte> destination)
    {
        if (ChunkOf(row).IsEmpty
            || !scratch.Chunk.TryGet(SourceOf(row), PiecesOf(row)[part], elementBytes, (int)ChunkBytes(row), out ReadOnlySpan<byte> chunk))
            return false;
        CopyPart(row, part, chunk, destination);
        return true;
    }

    /// <inheritdoc/>
    private protected override void RequireHeld(int row, int rowBytes)
    {
        long decodedBytes = ChunkOf(row).IsEmpty ? rowBytes : ChunkBytes(row);
        long expected = rowBytes == 0 ? 0 : ChunkOf(row).IsEmpty ? 1 : PieceCount(row);
        ReadOnlySpan<Piece> parts = PiecesOf(row);
        if (parts.Length != expected && !(expected == 0 && parts is [{ StoredBytes: 0 }]))
            throw Corrupt(row, $"a row of the shape {Text(ShapeOf(row))} needs {expected} pieces, but the index has {parts.Length}");
        foreach (ref readonly Piece piece in parts)
        {
            RequireBounds(row, piece);
            if (!PieceCodecs.IsKnown(piece.Codec))
                throw Corrupt(row, $"the codec {(int)piece.Codec} is not supported by this version of Pile");
            int checksumBytes = PieceCodecs.Has(piece.Codec, PieceCodecs.Fletcher32) ? Fletcher32.Bytes : 0;
            long mostBytes = PieceCodecs.Base(piece.Codec) switch
            {
                PieceCodec.None or PieceCodec.Shuffle => piece.StoredBytes - checksumBytes,
                PieceCodec.Lzf or PieceCodec.ShuffleLzf => Lzf.LargestRatio * piece.StoredBytes,
                _ => ZlibDecompressor.LargestRatio * piece.StoredBytes,
            };
            if (decodedBytes > mostBytes || piece.StoredBytes > LargestStored(decodedBytes))
                throw Corrupt(row, $"{decodedBytes} bytes cannot be stored as a piece of {piece.StoredBytes} bytes");
        }
    }

    /// <inheritdoc/>
    private protected override PileException Corrupt(int row, string finding, Exception? inner = null) =>
        new SourceUnreadableException($"'{Files.PathOf(SourceOf(row))}', column '{Stored.Name}'", finding,
            "If the file was changed, adopt it again; if it was moved, mount its new place (DatasetOptions.Mounts)", inner);

    // Empty if the row is one piece.
    private ReadOnlySpan<int> ChunkOf(int row)
    {
        int axes = Rank + 1;
        ReadOnlySpan<int> chunk = chunks.Length == 0 ? default : chunks.AsSpan(row * axes, axes);
        return chunk.IsEmpty || chunk[0] == 0 ? default : chunk;
    }

    private int Rank => Stored.Shape.Length;

    private long ChunkBytes(int row)
    {
        long bytes = elementBytes, rowElements = 1;
        ReadOnlySpan<int> chunk = ChunkOf(row);
        for (int axis = 0; axis < chunk.Length; axis++)
        {
            if (chunk[axis] < 1 || bytes * chunk[axis] > Array.MaxLength)
                throw Corrupt(row, $"its chunk {Text(chunk)} is not valid");
            bytes *= chunk[axis];
            rowElements *= axis == 0 ? 1 : chunk[axis];
        }
        long first = firstElements[row];
        return first >= 0 && first % rowElements == 0 && (first + rowElements) * elementBytes <= bytes ? bytes
            : throw Corrupt(row, $"its first element {first} is not the first of a row in a chunk {Text(chunk)}");
    }

    private long PieceCount(int row)
    {
        ReadOnlySpan<int> chunk = ChunkOf(row), shape = ShapeOf(row);
        Int128 count = 1;
        for (int axis = 0; axis < shape.Length; axis++)
            count *= ((long)shape[axis] + chunk[axis + 1] - 1) / chunk[axis + 1];
        return count <= int.MaxValue ? (long)count : long.MaxValue;
    }

    private void Decode(PieceCodec codec, ReadOnlySpan<byte> bytes, PieceScratch scratch, Span<byte> destination)
    {
        if (PieceCodecs.Has(codec, PieceCodecs.Fletcher32))
            bytes = Fletcher32.Verify(bytes);
        scratch.Decoder.Decode(PieceCodecs.Base(codec), bytes, elementBytes, destination);
        if (PieceCodecs.Has(codec, PieceCodecs.BigEndian))
            ByteOrder.Reverse(destination, elementBytes);
    }

    // Copies the elements of the row that are in a chunk.
    private void CopyPart(int row, int part, ReadOnlySpan<byte> decoded, Span<byte> destination)
    {
        ReadOnlySpan<int> chunk = ChunkOf(row)[1..], shape = ShapeOf(row);
        if (shape.Length > MostAxes)
            throw Corrupt(row, $"it has {shape.Length} axes, expected at most {MostAxes}");
        decoded = decoded[(int)(firstElements[row] * elementBytes)..];
        Span<int> start = stackalloc int[MostAxes];
        for (int axis = shape.Length - 1, number = part; axis >= 0; axis--)
        {
            int count = (int)(((long)shape[axis] + chunk[axis] - 1) / chunk[axis]);
            start[axis] = number % count * chunk[axis];
            number /= count;
        }
        Copy(decoded, chunk, shape, start, destination, elementBytes);
    }

    private static void Copy(ReadOnlySpan<byte> decoded, ReadOnlySpan<int> chunk, ReadOnlySpan<int> shape, ReadOnlySpan<int> start,
        Span<byte> destination, int elementBytes)
    {
        if (shape.IsEmpty)
        {
            decoded[..elementBytes].CopyTo(destination);
            return;
        }
        int innerChunk = elementBytes, innerRow = elementBytes;
        for (int axis = 1; axis < shape.Length; axis++)
        {
            innerChunk *= chunk[axis];
            innerRow *= shape[axis];
        }
        int count = Math.Min(chunk[0], shape[0] - start[0]);
        if (shape[1..].SequenceEqual(chunk[1..]))
        {
            decoded[..(count * innerChunk)].CopyTo(destination[(start[0] * innerRow)..]);
            return;
        }
        for (int i = 0; i < count; i++)
            Copy(decoded.Slice(i * innerChunk, innerChunk), chunk[1..], shape[1..], start[1..],
                destination.Slice((start[0] + i) * innerRow, innerRow), elementBytes);
    }
}
