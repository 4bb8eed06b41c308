using System.Buffers;
using Pile.Codecs;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Reads, decodes and checks the bytes of a heavy column: holds the location of each row's pieces.</summary>
/// <param name="stored">The column in the manifest.</param>
/// <param name="sources">The shard of each row.</param>
/// <param name="sourceRows">The row within the shard.</param>
/// <param name="pieces">The pieces of each row.</param>
/// <param name="shapes">For a ragged column, each row's shape: rows × rank; empty otherwise.</param>
/// <param name="chunks">For a ragged column with two or more axes, the shape of each row's chunk; empty otherwise.</param>
/// <param name="shards">The files.</param>
/// <param name="isVerified">True to verify every piece by its CRC-32C.</param>
internal partial class HeavyColumn(
    ColumnSchema stored, int[] sources, int[] sourceRows, PieceTable pieces, int[] shapes, int[] chunks, PieceFiles shards, bool isVerified)
{
    // Deflate enlarges incompressible data by no more than this; a larger piece is rejected.
    private const double LargestGrowth = 1.01;
    private const int LargestGrowthBytes = 4096;

    // Also used by columns in other files.
    private protected readonly int elementBytes = stored.DType.ElementBytes();
    private readonly bool isRagged = stored.IsRagged;
    private readonly long fixedElements = stored.IsRagged ? -1 : Product(stored.Shape.AsSpan(), stored.DType.ElementBytes());

    // The padded size of a shard's rows is set by its first row that is read. It is a hint for the decoder, so a race is harmless.
    private readonly int[] paddedBytes = new int[stored is { IsRagged: true, Storage: ColumnStorage.Heavy } ? shards.Count : 0];

    internal int RowCount => sources.Length;

    internal bool IsNull(int row) => pieces.IsNull(row);

    /// <summary>Returns the number of elements of a row, checked against its pieces, so that it is safe to allocate from.</summary>
    /// <exception cref="ShardCorruptException">The row's shape is not valid, or its pieces are too small, missing or outside their
    /// shard.</exception>
    internal int ElementsOf(int row)
    {
        bool isNull = IsNull(row);
        if (isNull && isRagged)
            return 0;
        long elements = Declared(row);
        if (elements < 0)
            throw Corrupt(row, $"its shape {Text(ShapeOf(row))} is not valid");
        if (!isNull)
            RequireHeld(row, (int)elements * elementBytes);
        return (int)elements;
    }

    /// <summary>Returns the number of elements of a row according to its shape, unchecked; 0 if the shape is not valid, which
    /// <see cref="ElementsOf"/> reports.</summary>
    internal long DeclaredElementsOf(int row) => IsNull(row) && isRagged ? 0 : Math.Max(Declared(row), 0);

    internal ReadOnlySpan<int> ShapeOf(int row) =>
        isRagged ? shapes.AsSpan(row * stored.Shape.Length, stored.Shape.Length) : stored.Shape.AsSpan();

    /// <summary>Returns whether a row is stored exactly as it is in memory, so that it is read without a copy.</summary>
    internal virtual bool IsAsStored(int row) => PiecesOf(row) is [{ Codec: PieceCodec.None }] && !isRagged;

    /// <summary>Returns whether every byte of a row is verified by a CRC-32C before a value is returned.</summary>
    internal virtual bool IsVerified(int row) => isVerified;

    /// <summary>Returns whether a row has a value of which no checksum is known.</summary>
    internal virtual bool HasUnverified() => false;

    private protected PieceFiles Files => shards;

    private protected bool IsVerifying => isVerified;

    internal ColumnSchema Stored => stored;

    internal ReadOnlySpan<Piece> PiecesOf(int row) => pieces.Of(row);

    internal int SourceOf(int row) => sources[row];

    /// <summary>Reads a row on the calling thread.</summary>
    /// <param name="row">A row that is not null, and whose pieces <see cref="ElementsOf"/> has checked.</param>
    /// <param name="destination">Receives exactly the row's elements.</param>
    /// <exception cref="ShardCorruptException">The bytes contradict the index or the manifest, or are missing.</exception>
    internal void Read(int row, Span<byte> destination)
    {
        try
        {
            ReadOnce(row, destination);
        }
        catch (PileException e) when (!shards.Traits.IsLocal && IsDamage(e))
        {
            // Bytes damaged in transit are correct the second time; bytes damaged in the shard are not.
            ReadOnce(row, destination);
        }
    }

    private protected virtual void ReadOnce(int row, Span<byte> destination)
    {
        ReadOnlySpan<Piece> parts = pieces.Of(row);
        if (IsAsStored(row))
        {
            if (parts[0].StoredBytes != destination.Length)
                throw Corrupt(row, $"the piece has {parts[0].StoredBytes} bytes, but its shape needs {destination.Length}");
            Load(row, parts[0], destination);
            Finish(row, parts[0], destination, destination);
            return;
        }
        PieceScratch scratch = shards.Rent();
        try
        {
            for (int part = 0; part < parts.Length; part++)
            {
                if (TryDecodeAgain(row, part, scratch, destination))
                    continue;
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

    /// <summary>Reads a row and discards it.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    internal void Verify(int row)
    {
        if (IsNull(row))
            return;
        int bytes = ElementsOf(row) * elementBytes;
        byte[] discarded = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            Read(row, discarded.AsSpan(0, bytes));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(discarded);
        }
    }

    /// <summary>Returns whether an exception means that bytes are damaged, perhaps only in transit.</summary>
    internal static bool IsDamage(PileException e) => e is ShardCorruptException or SourceUnreadableException;

    /// <summary>Takes a part of a row from the chunk that was decoded last, if it is the same one.</summary>
    private protected virtual bool TryDecodeAgain(int row, int part, PieceScratch scratch, Span<byte> destination) => false;

    /// <summary>Decodes one piece of a row, whose stored bytes have been read, to its place in the row.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    internal virtual void Decode(int row, int part, ReadOnlySpan<byte> bytes, PieceScratch scratch, Span<byte> destination)
    {
        Piece piece = pieces.Of(row)[part];
        RequireCrc(row, piece, bytes);
        try
        {
            if (!isRagged)
            {
                int count = pieces.Of(row).Length;
                if (destination.Length % count != 0)
                    throw Corrupt(row, $"a row of {destination.Length} bytes is not divisible into {count} pieces");
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

    /// <summary>Translates an I/O error of a shard into an exception with the row.</summary>
    internal Exception Unreadable(int row, Exception e) => e switch
    {
        FileNotFoundException => Corrupt(row, "the file is missing", e),
        EndOfStreamException => Corrupt(row, $"the file ends too early: {e.Message}", e),
        InvalidDataException => Corrupt(row, e.Message, e),
        _ => Corrupt(row, $"the file cannot be read: {e.Message}", e),
    };

    // According to the shape in the index or manifest; -1 if the shape is not valid.
    private long Declared(int row) => isRagged ? Product(ShapeOf(row), elementBytes) : fixedElements;

    // -1 if an axis has a negative length, or if the product exceeds the largest array.
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

    // Shape and pieces are read from files that may be damaged or malicious: contradictions are detected before anything is allocated.
    private protected virtual void RequireHeld(int row, int rowBytes)
    {
        ReadOnlySpan<Piece> parts = pieces.Of(row);
        if (parts.IsEmpty && rowBytes > 0)
            throw Corrupt(row, "the index has no piece of the row");
        if (parts.Length > 1 && isRagged)
            throw Corrupt(row,
                $"the index has {parts.Length} pieces of the row, but a ragged row must be stored as one piece");
        long maxBytes = 0;
        foreach (ref readonly Piece piece in parts)
        {
            RequireBounds(row, piece);
            if (!isRagged && piece.StoredBytes > LargestStored(rowBytes))
                throw Corrupt(row, $"the piece has {piece.StoredBytes} bytes, too many for a row of {rowBytes} bytes");
            maxBytes += piece.Codec is PieceCodec.None or PieceCodec.Shuffle ? piece.StoredBytes
                : ZlibDecompressor.LargestRatio * piece.StoredBytes;
        }
        if (rowBytes > maxBytes)
            throw Corrupt(row,
                $"its shape {Text(ShapeOf(row))} needs {rowBytes} bytes, more than the {maxBytes} that its pieces can hold");
    }

    /// <summary>Returns the largest plausible size of a stored piece.</summary>
    private protected static double LargestStored(long decodedBytes) => (decodedBytes * LargestGrowth) + LargestGrowthBytes;

    private protected void RequireBounds(int row, in Piece piece)
    {
        int source = sources[row];
        if ((uint)source >= (uint)shards.Count)
            throw Corrupt(row, $"the index refers to file {source}, but the dataset has {shards.Count}");
        long fileBytes = shards.BytesOf(source);
        if (piece.OffsetBytes < 0 || piece.StoredBytes < 0 || piece.OffsetBytes > fileBytes - piece.StoredBytes)
            throw Corrupt(row,
                $"the piece at byte {piece.OffsetBytes} of {piece.StoredBytes} bytes is outside the file of {fileBytes} bytes");
    }

    private protected void Load(int row, in Piece piece, Span<byte> destination)
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

    // One axis: the row's elements are followed by padding up to the longest row of the shard.
    private void DecodePadded(int row, in Piece piece, ReadOnlySpan<byte> bytes, PieceScratch scratch, Span<byte> destination)
    {
        ref int padded = ref paddedBytes[sources[row]];
        ReadOnlySpan<byte> decoded = scratch.Decoder.DecodeUnsized(piece.Codec, bytes, elementBytes, Math.Max(padded, destination.Length));
        if (decoded.Length < destination.Length || decoded.Length % elementBytes != 0)
            throw Corrupt(row, $"the piece has {decoded.Length} bytes, but its row needs {destination.Length}");
        padded = decoded.Length;
        decoded[..destination.Length].CopyTo(destination);
    }

    // More axes: the row is the corner of the chunk at the origin.
    private void DecodeCropped(int row, in Piece piece, ReadOnlySpan<byte> bytes, PieceScratch scratch, Span<byte> destination)
    {
        ReadOnlySpan<int> chunk = ChunkOf(row), shape = ShapeOf(row);
        int expected = ChunkBytes(row);
        ReadOnlySpan<byte> decoded = scratch.Decoder.DecodeUnsized(piece.Codec, bytes, elementBytes, expected);
        if (decoded.Length != expected)
            throw Corrupt(row, $"the piece has {decoded.Length} bytes, but its chunk needs {expected}");
        Crop(decoded, chunk, shape, destination);
    }

    private ReadOnlySpan<int> ChunkOf(int row) => chunks.AsSpan(row * stored.Shape.Length, stored.Shape.Length);

    // Checked against the row's shape, because both are read from files that may be damaged.
    private int ChunkBytes(int row)
    {
        ReadOnlySpan<int> chunk = ChunkOf(row), shape = ShapeOf(row);
        long expected = elementBytes;
        for (int axis = 0; axis < chunk.Length; axis++)
            expected = chunk[axis] < shape[axis] || expected * chunk[axis] > Array.MaxLength
                ? throw Corrupt(row, $"its chunk {Text(chunk)} is too small for a row of {Text(shape)}") : expected * chunk[axis];
        return (int)expected;
    }

    private static void Crop(ReadOnlySpan<byte> decoded, ReadOnlySpan<int> chunk, ReadOnlySpan<int> shape, Span<byte> destination)
    {
        if (destination.IsEmpty)
            return;
        if (shape.Length == 1)
        {
            decoded[..destination.Length].CopyTo(destination);
            return;
        }
        int from = decoded.Length / chunk[0], to = destination.Length / shape[0];
        for (int i = 0; i < shape[0]; i++)
            Crop(decoded.Slice(i * from, from), chunk[1..], shape[1..], destination.Slice(i * to, to));
    }

    private protected void RequireCrc(int row, in Piece piece, ReadOnlySpan<byte> bytes)
    {
        if (!isVerified || piece.IsUnverified)
            return;
        uint crc = Crc32C.Compute(bytes);
        if (crc != piece.Crc32C)
            throw Corrupt(row,
                $"the {piece.StoredBytes} bytes at {piece.OffsetBytes} have CRC-32C {crc:x8}, but the index has {piece.Crc32C:x8}");
    }

    // A C# bool with another value than 0 or 1 compares equal to neither true nor false.
    private protected void RequireBooleans(int row, ReadOnlySpan<byte> values)
    {
        if (stored.DType == DType.Bool && values.ContainsAnyExceptInRange((byte)0, (byte)1))
            throw Corrupt(row, "a boolean is neither 0 nor 1");
    }

    private protected static string Text(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    private protected virtual PileException Corrupt(int row, string finding, Exception? inner = null) =>
        new ShardCorruptException(shards.PathOf(sources[row]), stored.Name, sourceRows[row], finding, inner);
}
