using System.Buffers;
using Pile.Codecs;
using Pile.Format;

namespace Pile.Reading;

/// <summary>A heavy column as bytes: where each row's pieces lie, how they become the row, and what makes them suspect.</summary>
/// <param name="stored">The column as the manifest has it.</param>
/// <param name="sources">The shard of each row.</param>
/// <param name="sourceRows">The row within it.</param>
/// <param name="pieces">The pieces of each row.</param>
/// <param name="shapes">Of a ragged column each row's shape: rows × rank; empty otherwise.</param>
/// <param name="chunks">Of a ragged column of two or more axes the shape of each row's chunk; empty otherwise.</param>
/// <param name="shards">The files.</param>
/// <param name="isVerified">True to compare every piece with its CRC-32C.</param>
internal sealed partial class HeavyColumn(
    ColumnSchema stored, int[] sources, int[] sourceRows, PieceTable pieces, int[] shapes, int[] chunks, ShardFiles shards, bool isVerified)
{
    // Deflate makes at most 258 bytes of two bits (RFC 1951, 3.2.5: the longest match, with codes of one bit each).
    private const long LargestDeflateRatio = 1032;

    // Deflate does not grow what it cannot shrink by more than this; a larger piece is not read.
    private const double LargestGrowth = 1.01;
    private const int LargestGrowthBytes = 4096;

    private readonly int elementBytes = stored.DType.ElementBytes();
    private readonly bool isRagged = stored.IsRagged;
    private readonly long fixedElements = stored.IsRagged ? -1 : Product(stored.Shape.AsSpan(), stored.DType.ElementBytes());

    // The padded size of a shard's rows is found with its first: a hint for the decoder, so a race does no harm.
    private readonly int[] paddedBytes = new int[stored.IsRagged ? shards.Count : 0];

    internal bool IsNull(int row) => pieces.IsNull(row);

    /// <summary>Elements of a row, checked against its pieces: whoever asks may allocate them.</summary>
    /// <exception cref="ShardCorruptException">The row's shape is none, or its pieces cannot hold it, are missing, or lie outside their
    /// shard.</exception>
    internal int ElementsOf(int row)
    {
        bool isNull = IsNull(row);
        if (isNull && isRagged)
            return 0;
        long elements = Declared(row);
        if (elements < 0)
            throw Corrupt(row, $"its shape {Text(ShapeOf(row))} is not one of a row");
        if (!isNull)
            RequireHeld(row, (int)elements * elementBytes);
        return (int)elements;
    }

    /// <summary>Elements that a row takes in a batch if its shape is to be believed; 0 where it cannot be, which <see cref="ElementsOf"/>
    /// says.</summary>
    internal long ClaimedElementsOf(int row) => IsNull(row) && isRagged ? 0 : Math.Max(Declared(row), 0);

    internal ReadOnlySpan<int> ShapeOf(int row) =>
        isRagged ? shapes.AsSpan(row * stored.Shape.Length, stored.Shape.Length) : stored.Shape.AsSpan();

    /// <summary>True when a row lies in memory as it lies on disk: it is read to its place without a copy.</summary>
    internal bool IsAsStored(ReadOnlySpan<Piece> parts) => parts.Length == 1 && parts[0].Codec == PieceCodec.None && !isRagged;

    internal ReadOnlySpan<Piece> PiecesOf(int row) => pieces.Of(row);

    internal int SourceOf(int row) => sources[row];

    /// <summary>Reads a row on the calling thread.</summary>
    /// <param name="row">A row that is not null, and whose pieces <see cref="ElementsOf"/> has checked.</param>
    /// <param name="destination">Receives the row's elements, exactly.</param>
    /// <exception cref="ShardCorruptException">The bytes are not what index and manifest say, or not there.</exception>
    internal void Read(int row, Span<byte> destination)
    {
        try
        {
            ReadOnce(row, destination);
        }
        catch (ShardCorruptException) when (!shards.Traits.IsLocal)
        {
            // Bytes that were damaged on their way are right the second time; those of the shard itself are not.
            ReadOnce(row, destination);
        }
    }

    private void ReadOnce(int row, Span<byte> destination)
    {
        ReadOnlySpan<Piece> parts = pieces.Of(row);
        if (IsAsStored(parts))
        {
            if (parts[0].StoredBytes != destination.Length)
                throw Corrupt(row, $"the piece has {parts[0].StoredBytes} bytes where its shape needs {destination.Length}");
            Load(row, parts[0], destination);
            Finish(row, parts[0], destination, destination);
            return;
        }
        PieceScratch scratch = shards.Rent();
        try
        {
            for (int part = 0; part < parts.Length; part++)
            {
                Span<byte> bytes = scratch.Stored(parts[part].StoredBytes);
                Load(row, parts[part], bytes);
                Decode(row, part, bytes, scratch, destination);
            }
        }
        finally
        {
            shards.Return(scratch);
        }
    }

    /// <summary>Reads a row and drops it.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    internal void Verify(int row)
    {
        if (IsNull(row))
            return;
        int bytes = ElementsOf(row) * elementBytes;
        byte[] dropped = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            Read(row, dropped.AsSpan(0, bytes));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(dropped);
        }
    }

    /// <summary>Puts one piece of a row, whose stored bytes have been read, into its place in the row.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    internal void Decode(int row, int part, ReadOnlySpan<byte> bytes, PieceScratch scratch, Span<byte> destination)
    {
        Piece piece = pieces.Of(row)[part];
        RequireCrc(row, piece, bytes);
        try
        {
            if (!isRagged)
            {
                int count = pieces.Of(row).Length;
                if (destination.Length % count != 0)
                    throw Corrupt(row, $"{count} pieces do not divide a row of {destination.Length} bytes");
                destination = destination.Slice(destination.Length / count * part, destination.Length / count);
                scratch.Decoder.Decode(piece.Codec, bytes, elementBytes, destination);
            }
            else if (stored.Shape.Length == 1)
                DecodePadded(row, piece, bytes, scratch, destination);
            else
                DecodeCropped(row, piece, bytes, scratch, destination);
        }
        catch (CodecException e)
        {
            throw Corrupt(row, e.Message, e);
        }
        RequireBooleans(row, destination);
    }

    /// <summary>Turns what the system says of a shard into what a reader needs to know.</summary>
    internal Exception Unreadable(int row, Exception e) => e switch
    {
        FileNotFoundException => Corrupt(row, "the file is missing", e),
        EndOfStreamException => Corrupt(row, $"the file ends too early: {e.Message}", e),
        InvalidDataException => Corrupt(row, e.Message, e),
        _ => Corrupt(row, $"the file cannot be read: {e.Message}", e),
    };

    // Of the shape in index or manifest; -1 where it is none.
    private long Declared(int row) => isRagged ? Product(ShapeOf(row), elementBytes) : fixedElements;

    // -1 where an axis has no length, or no array holds so many.
    private static long Product(ReadOnlySpan<int> shape, int elementBytes)
    {
        long elements = 1;
        foreach (int length in shape)
        {
            if (length < 0 || elements * length > Array.MaxLength / elementBytes)
                return -1;
            elements *= length;
        }
        return elements;
    }

    // Shape and pieces come from files that may be damaged or made to harm: what does not fit together is refused before anything is
    // allocated for it.
    private void RequireHeld(int row, int rowBytes)
    {
        ReadOnlySpan<Piece> parts = pieces.Of(row);
        if (parts.IsEmpty && rowBytes > 0)
            throw Corrupt(row, "the index has no piece of it");
        if (parts.Length > 1 && isRagged)
            throw Corrupt(row,
                $"the index has {parts.Length} pieces of it; a ragged row in several pieces cannot be put together without the shard");
        long mostBytes = 0;
        foreach (ref readonly Piece piece in parts)
        {
            RequireBounds(row, piece, rowBytes);
            mostBytes += piece.Codec is PieceCodec.None or PieceCodec.Shuffle ? piece.StoredBytes : LargestDeflateRatio * piece.StoredBytes;
        }
        if (rowBytes > mostBytes)
            throw Corrupt(row,
                $"its shape {Text(ShapeOf(row))} needs {rowBytes} bytes, more than the {mostBytes} that its pieces can hold");
    }

    private void RequireBounds(int row, in Piece piece, int rowBytes)
    {
        int source = sources[row];
        if ((uint)source >= (uint)shards.Count)
            throw Corrupt(row, "the index names a shard that there is not");
        long fileBytes = shards.BytesOf(source);
        if (piece.OffsetBytes < 0 || piece.StoredBytes < 0 || piece.OffsetBytes > fileBytes - piece.StoredBytes)
            throw Corrupt(row,
                $"the piece at byte {piece.OffsetBytes} of {piece.StoredBytes} bytes lies outside the file of {fileBytes} bytes");
        if (!isRagged && piece.StoredBytes > (rowBytes * LargestGrowth) + LargestGrowthBytes)
            throw Corrupt(row, $"the piece has {piece.StoredBytes} bytes, more than any that decodes to a row of {rowBytes}");
    }

    private void Load(int row, in Piece piece, Span<byte> destination)
    {
        try
        {
            shards.Read(sources[row], piece.OffsetBytes, destination);
            shards.CountUsed(destination.Length);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw Unreadable(row, e);
        }
    }

    private void Finish(int row, in Piece piece, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> values)
    {
        RequireCrc(row, piece, bytes);
        RequireBooleans(row, values);
    }

    // One axis: the row's elements come first, what is over is padding up to the longest row of the shard.
    private void DecodePadded(int row, in Piece piece, ReadOnlySpan<byte> bytes, PieceScratch scratch, Span<byte> destination)
    {
        ref int padded = ref paddedBytes[sources[row]];
        ReadOnlySpan<byte> whole = scratch.Decoder.DecodeWhole(piece.Codec, bytes, elementBytes, Math.Max(padded, destination.Length));
        if (whole.Length < destination.Length || whole.Length % elementBytes != 0)
            throw Corrupt(row, $"the piece has {whole.Length} bytes where its row needs {destination.Length}");
        padded = whole.Length;
        whole[..destination.Length].CopyTo(destination);
    }

    // More axes: the row is the corner of the chunk at the origin.
    private void DecodeCropped(int row, in Piece piece, ReadOnlySpan<byte> bytes, PieceScratch scratch, Span<byte> destination)
    {
        int rank = stored.Shape.Length;
        ReadOnlySpan<int> chunk = chunks.AsSpan(row * rank, rank), shape = ShapeOf(row);
        long expected = elementBytes;
        for (int axis = 0; axis < rank; axis++)
            expected = chunk[axis] < shape[axis] || expected * chunk[axis] > Array.MaxLength
                ? throw Corrupt(row, $"its chunk {Text(chunk)} cannot hold a row of {Text(shape)}") : expected * chunk[axis];
        ReadOnlySpan<byte> whole = scratch.Decoder.DecodeWhole(piece.Codec, bytes, elementBytes, (int)expected);
        if (whole.Length != expected)
            throw Corrupt(row, $"the piece has {whole.Length} bytes where its chunk needs {expected}");
        Crop(whole, chunk, shape, destination);
    }

    private static void Crop(ReadOnlySpan<byte> whole, ReadOnlySpan<int> chunk, ReadOnlySpan<int> shape, Span<byte> destination)
    {
        if (destination.IsEmpty)
            return;
        if (shape.Length == 1)
        {
            whole[..destination.Length].CopyTo(destination);
            return;
        }
        int from = whole.Length / chunk[0], to = destination.Length / shape[0];
        for (int i = 0; i < shape[0]; i++)
            Crop(whole.Slice(i * from, from), chunk[1..], shape[1..], destination.Slice(i * to, to));
    }

    private void RequireCrc(int row, in Piece piece, ReadOnlySpan<byte> bytes)
    {
        if (!isVerified)
            return;
        uint crc = Crc32C.Compute(bytes);
        if (crc != piece.Crc32C)
            throw Corrupt(row,
                $"the {piece.StoredBytes} bytes at {piece.OffsetBytes} have CRC-32C {crc:x8}, the index says {piece.Crc32C:x8}");
    }

    // A C# bool that is neither 0 nor 1 behaves like neither.
    private void RequireBooleans(int row, ReadOnlySpan<byte> values)
    {
        if (stored.DType == DType.Bool && values.ContainsAnyExceptInRange((byte)0, (byte)1))
            throw Corrupt(row, "a boolean is neither 0 nor 1");
    }

    private static string Text(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    private ShardCorruptException Corrupt(int row, string finding, Exception? inner = null) =>
        new(shards.PathOf(sources[row]), stored.Name, sourceRows[row], finding, inner);
}
