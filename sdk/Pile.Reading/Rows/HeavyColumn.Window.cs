using System.Buffers;
using Pile.Codecs;
using Pile.Format;

namespace Pile.Reading;

internal partial class HeavyColumn
{
    // A local read costs about as much as reading a page along.
    private const int LocalWindowGapBytes = 4 << 10;

    // A part of a piece: its offset in the piece, its offset in the destination, and its length.
    private readonly record struct Cut(int From, int To, int Bytes);

    /// <summary>Reads a window of a row. Of uncompressed pieces it reads only the bytes of the window; other pieces that overlap the window
    /// are read completely.</summary>
    /// <param name="row">A row that is not null.</param>
    /// <param name="window">The window.</param>
    /// <param name="destination">Receives exactly the elements of the window.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>True if every byte was verified by its CRC-32C.</returns>
    /// <exception cref="ShardCorruptException">The bytes contradict the index or the manifest, or are missing.</exception>
    internal virtual async ValueTask<bool> ReadWindowAsync(int row, Window window, Memory<byte> destination,
        CancellationToken cancellationToken)
    {
        int rowBytes = ElementsOf(row) * elementBytes, count = pieces.Of(row).Length;
        if (isRagged && count == 1 && pieces.Of(row)[0].Codec == PieceCodec.None && window.Elements * elementBytes < rowBytes)
        {
            int chunkBytes = stored.Shape.Length > 1 ? ChunkBytes(row) : pieces.Of(row)[0].StoredBytes;
            Window inChunk = stored.Shape.Length > 1 ? window.Within(ChunkOf(row)) : window;
            foreach ((int part, List<Cut> cuts) in CutByPiece(inChunk, chunkBytes))
                await ReadCutsAsync(row, part, cuts, chunkBytes, destination, cancellationToken).ConfigureAwait(false);
            return false;
        }
        if (isRagged || window.Elements * elementBytes == rowBytes || count == 0 || rowBytes % count != 0)
        {
            CutFromRow(row, window, rowBytes, destination.Span);
            return isVerified;
        }
        bool isAllVerified = isVerified;
        foreach ((int part, List<Cut> cuts) in CutByPiece(window, rowBytes / count))
            isAllVerified &= pieces.Of(row)[part].Codec == PieceCodec.None
                ? await ReadCutsAsync(row, part, cuts, rowBytes / count, destination, cancellationToken).ConfigureAwait(false)
                : await DecodeCutsAsync(row, part, cuts, rowBytes / count, destination, cancellationToken).ConfigureAwait(false);
        return isAllVerified;
    }

    private protected void CutFromRow(int row, Window window, int rowBytes, Span<byte> destination)
    {
        byte[] rowValues = ArrayPool<byte>.Shared.Rent(rowBytes);
        try
        {
            Read(row, rowValues.AsSpan(0, rowBytes));
            CopyRuns(window, rowValues, destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rowValues);
        }
    }

    /// <summary>Reads a window of a row that is one uncompressed piece.</summary>
    private protected async ValueTask<bool> ReadWindowOfPieceAsync(int row, Window window, int rowBytes, Memory<byte> destination,
        CancellationToken cancellationToken)
    {
        bool isComplete = true;
        foreach ((int part, List<Cut> cuts) in CutByPiece(window, rowBytes))
            isComplete &= await ReadCutsAsync(row, part, cuts, rowBytes, destination, cancellationToken).ConfigureAwait(false);
        return isComplete;
    }

    private void CopyRuns(Window window, ReadOnlySpan<byte> row, Span<byte> destination)
    {
        foreach ((int from, int length) in window.Runs())
        {
            row.Slice(from * elementBytes, length * elementBytes).CopyTo(destination);
            destination = destination[(length * elementBytes)..];
        }
    }

    private SortedDictionary<int, List<Cut>> CutByPiece(Window window, int pieceBytes)
    {
        SortedDictionary<int, List<Cut>> cuts = [];
        int to = 0;
        foreach ((int from, int length) in window.Runs())
            for (int at = from * elementBytes, end = at + (length * elementBytes); at < end;)
            {
                int part = at / pieceBytes, bytes = Math.Min(end, (part + 1) * pieceBytes) - at;
                if (!cuts.TryGetValue(part, out List<Cut>? own))
                    cuts[part] = own = [];
                own.Add(new Cut(at - (part * pieceBytes), to, bytes));
                at += bytes;
                to += bytes;
            }
        return cuts;
    }

    // The cuts of a piece are in ascending order; cuts with small gaps between them are read together.
    private async ValueTask<bool> ReadCutsAsync(int row, int part, List<Cut> cuts, int pieceBytes, Memory<byte> destination,
        CancellationToken cancellationToken)
    {
        if (pieces.Of(row)[part].StoredBytes != pieceBytes)
            throw Corrupt(row, $"the piece has {pieces.Of(row)[part].StoredBytes} bytes, but its shape needs {pieceBytes}");
        bool isComplete = false;
        int gapBytes = shards.Traits.IsLocal ? LocalWindowGapBytes : shards.Traits.GapBytes;
        for (int first = 0, next; first < cuts.Count; first = next)
        {
            int start = cuts[first].From, end = start + cuts[first].Bytes;
            for (next = first + 1; next < cuts.Count && cuts[next].From - end <= gapBytes; next++)
                end = cuts[next].From + cuts[next].Bytes;
            byte[] buffer = ArrayPool<byte>.Shared.Rent(end - start);
            try
            {
                await LoadAsync(row, pieces.Of(row)[part].OffsetBytes + start, buffer.AsMemory(0, end - start), cancellationToken)
                    .ConfigureAwait(false);
                isComplete = end - start == pieceBytes;
                if (isComplete)
                    RequireCrc(row, pieces.Of(row)[part], buffer.AsSpan(0, pieceBytes));
                for (int i = first; i < next; i++)
                    buffer.AsSpan(cuts[i].From - start, cuts[i].Bytes).CopyTo(destination.Span[cuts[i].To..]);
                RequireBooleans(row, buffer.AsSpan(0, end - start));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        return isComplete && isVerified;
    }

    private async ValueTask<bool> DecodeCutsAsync(int row, int part, List<Cut> cuts, int pieceBytes, Memory<byte> destination,
        CancellationToken cancellationToken)
    {
        int storedBytes = pieces.Of(row)[part].StoredBytes;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(storedBytes), values = ArrayPool<byte>.Shared.Rent(pieceBytes);
        PieceScratch scratch = shards.Rent();
        try
        {
            await LoadAsync(row, pieces.Of(row)[part].OffsetBytes, bytes.AsMemory(0, storedBytes), cancellationToken).ConfigureAwait(false);
            RequireCrc(row, pieces.Of(row)[part], bytes.AsSpan(0, storedBytes));
            scratch.Decoder.Decode(pieces.Of(row)[part].Codec, bytes.AsSpan(0, storedBytes), elementBytes, values.AsSpan(0, pieceBytes));
            RequireBooleans(row, values.AsSpan(0, pieceBytes));
            foreach (Cut cut in cuts)
                values.AsSpan(cut.From, cut.Bytes).CopyTo(destination.Span[cut.To..]);
            return isVerified;
        }
        catch (CodecException e)
        {
            throw Corrupt(row, e.Message, e);
        }
        finally
        {
            shards.Return(scratch);
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<byte>.Shared.Return(values);
        }
    }

    private async ValueTask LoadAsync(int row, long offsetBytes, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            await shards.ReadAsync(sources[row], offsetBytes, destination, cancellationToken).ConfigureAwait(false);
            shards.CountUsed(destination.Length);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw Unreadable(row, e);
        }
    }
}
