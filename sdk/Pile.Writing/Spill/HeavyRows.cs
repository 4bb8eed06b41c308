using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pile.Codecs;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>Writes the values of a unit that are excluded from sorting, row by row: texts and their CRC-32C, then facts about the heavy
/// values and theirs, then these. They are read by row. Rows without heavy values share equal texts with the row before.</summary>
/// <remarks>Values of a column whose rows have one shape are encoded here, as the shard will have them: the file is written and read once
/// more than the shard, and is often a third of the elements' size. So are ragged rows of bytes, apart from their padding. Other ragged
/// rows are padded first, to a length that is not known yet, and very large ones would need memory for each unit that is read at the
/// same time.</remarks>
internal sealed class HeavyRows(SpillFile file, WriterSettings settings, PieceEncoders encoders) : IDisposable
{
    private const int LargestEncodedBytes = 8 << 20, LargestRowBytes = 64 << 20, SmallestTaskBytes = 256 << 10, TasksOfWorker = 2;

    // Kept from batch to batch: each thread that returns an array to the pool would leave one there.
    private byte[] encoded = [];

    /// <summary>Appends a batch, and returns the offset of each row and the size of its heavy values.</summary>
    /// <param name="texts">The vectors of text.</param>
    /// <param name="heavy">The heavy columns.</param>
    /// <param name="codecs">The codec of each heavy column in shards.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="offsets">Receives the offset of each row.</param>
    /// <param name="heavyBytes">Receives the size of each row's heavy values, not encoded; it has zeros.</param>
    internal void Append(ImmutableArray<SpilledColumn> texts, ImmutableArray<SpilledColumn> heavy, ImmutableArray<PieceCodec> codecs,
        int rowCount, Span<long> offsets, Span<long> heavyBytes)
    {
        int[] slots = [.. heavy.Select((column, i) => SlotBytes(column, codecs[i]))];
        long rawRowBytes = 0;
        for (int i = 0; i < heavy.Length; i++)
            rawRowBytes += slots[i] > 0 ? heavy[i].LongestRowBytes : 0;
        if (rawRowBytes > LargestRowBytes)
            Array.Clear(slots);
        int slotsOfRow = slots.Sum();
        // Not more, so that encoded values are still in the cache of the processor when they are written.
        long blockBytes = (long)SmallestTaskBytes * TasksOfWorker * settings.Workers;
        int rowsOfBlock = slotsOfRow == 0 ? rowCount : (int)Math.Clamp(blockBytes / rawRowBytes, 1, rowCount);
        SpilledPiece[] pieces = new SpilledPiece[heavy.Length * rowsOfBlock];
        int[] encodedRows = new int[pieces.Length];
        PooledArray.Grow(ref encoded, 0, (long)slotsOfRow * rowsOfBlock);
        for (int first = 0; first < rowCount; first += rowsOfBlock)
        {
            int count = Math.Min(rowsOfBlock, rowCount - first);
            Encode(heavy, codecs, slots, first, count, rawRowBytes, pieces, encodedRows);
            for (int row = first; row < first + count; row++)
            {
                if (heavy.IsEmpty && row > 0 && AreRepeated(texts, row))
                {
                    offsets[row] = offsets[row - 1];
                    continue;
                }
                offsets[row] = file.Length;
                uint crc32C = 0;
                foreach (SpilledColumn text in texts)
                {
                    file.Append(text.Row(row));
                    crc32C = Crc32C.Append(crc32C, text.Row(row));
                }
                Append(crc32C);
                Range ofRow = ((row - first) * heavy.Length)..((row - first + 1) * heavy.Length);
                heavyBytes[row] = AppendHeavy(heavy, slots, row, pieces.AsSpan(ofRow), encodedRows.AsSpan(ofRow));
            }
        }
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose()
    {
        PooledArray.Return(encoded);
        encoded = [];
    }

    private static bool AreRepeated(ImmutableArray<SpilledColumn> texts, int row)
    {
        foreach (SpilledColumn text in texts)
            if (!text.Row(row).SequenceEqual(text.Row(row - 1)))
                return false;
        return true;
    }

    private long AppendHeavy(ImmutableArray<SpilledColumn> heavy, int[] slots, int row, ReadOnlySpan<SpilledPiece> pieces,
        ReadOnlySpan<int> encodedRows)
    {
        ReadOnlySpan<byte> facts = MemoryMarshal.AsBytes(pieces);
        file.Append(facts);
        if (!facts.IsEmpty)
            Append(Crc32C.Compute(facts));
        long bytes = 0;
        int slot = 0, slotsOfRow = slots.Sum();
        for (int i = 0; i < heavy.Length; i++)
        {
            ReadOnlySpan<byte> raw = heavy[i].Row(row);
            file.Append(slots[i] > 0 ? encoded.AsSpan((encodedRows[i] * slotsOfRow) + slot, pieces[i].StoredBytes) : raw);
            bytes += raw.Length;
            slot += slots[i];
        }
        return bytes;
    }

    private void Append(uint crc32C) => file.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in crc32C)));

    /// <summary>Encodes the values of a block of rows, except those that are equal to the value in the row before, as the wavelengths of
    /// spectra on one grid are.</summary>
    /// <param name="heavy">The heavy columns.</param>
    /// <param name="codecs">The codec of each.</param>
    /// <param name="slots">The size of the memory for a row's encoded value of each; 0 where values are not encoded here.</param>
    /// <param name="first">The block's first row.</param>
    /// <param name="count">The number of its rows.</param>
    /// <param name="rawRowBytes">The size of a row's values that are encoded.</param>
    /// <param name="pieces">Receives facts about the values, shape [row, column].</param>
    /// <param name="encodedRows">Receives the row of the block whose slot has the encoded value, shape [row, column].</param>
    private void Encode(ImmutableArray<SpilledColumn> heavy, ImmutableArray<PieceCodec> codecs, int[] slots, int first, int count,
        long rawRowBytes, SpilledPiece[] pieces, int[] encodedRows)
    {
        int slotsOfRow = slots.Sum(), rowsOfTask = (int)Math.Clamp(SmallestTaskBytes / Math.Max(rawRowBytes, 1), 1, count);
        int tasks = slotsOfRow == 0 ? 1 : (count + rowsOfTask - 1) / rowsOfTask;
        if (tasks == 1 || settings.Workers == 1)
            EncodeRows(0, count);
        else
            Parallel.For(0, tasks, new ParallelOptions { MaxDegreeOfParallelism = settings.Workers },
                task => EncodeRows(task * rowsOfTask, Math.Min((task + 1) * rowsOfTask, count)));
        for (int i = heavy.Length; i < count * heavy.Length; i++)
            if (encodedRows[i] < 0)
                (pieces[i], encodedRows[i]) = (pieces[i - heavy.Length], encodedRows[i - heavy.Length]);

        void EncodeRows(int from, int to)
        {
            PieceEncoder? encoder = slotsOfRow > 0 ? encoders.Rent() : null;
            try
            {
                for (int row = from; row < to; row++)
                {
                    int slot = row * slotsOfRow;
                    for (int i = 0; i < heavy.Length; i++)
                    {
                        ReadOnlySpan<byte> raw = heavy[i].Row(first + row);
                        int piece = (row * heavy.Length) + i;
                        encodedRows[piece] = slots[i] > 0 && row > 0 && raw.SequenceEqual(heavy[i].Row(first + row - 1)) ? -1 : row;
                        if (encodedRows[piece] == row)
                            pieces[piece] = slots[i] == 0
                                ? new(raw.Length, PieceCodec.None, Crc32C.Compute(raw), default)
                                : Encode(heavy[i].Schema, codecs[i], raw, encoder!, encoded.AsSpan(slot, slots[i]));
                        slot += slots[i];
                    }
                }
            }
            finally
            {
                if (encoder is not null)
                    encoders.Return(encoder);
            }
        }
    }

    private SpilledPiece Encode(ColumnSchema column, PieceCodec codec, ReadOnlySpan<byte> raw, PieceEncoder encoder, Span<byte> slot)
    {
        Moments moments = new();
        int stored;
        if (OpenPieces.Has(column, codec))
        {
            Span<int> counts = stackalloc int[ByteCounts.Values];
            counts.Clear();
            stored = encoder.EncodeOpen(raw, slot, counts);
            if (settings.GathersStatistics)
                moments.AddCounted(raw, counts, column.Sentinels.AsSpan());
        }
        else
        {
            if (settings.GathersStatistics)
                moments.Add(column.DType, raw, column.Sentinels.AsSpan());
            stored = encoder.Encode(codec, raw, column.DType.ElementBytes(), slot);
        }
        return new SpilledPiece(stored, codec, Crc32C.Compute(slot[..stored]), moments);
    }

    /// <summary>Returns the size of the memory for a row's encoded value; 0 for a column whose values are not encoded here.</summary>
    private static int SlotBytes(SpilledColumn column, PieceCodec codec) =>
        codec == PieceCodec.None || (column.IsRagged && !OpenPieces.Has(column.Schema, codec))
            || column.LongestRowBytes is 0 or > LargestEncodedBytes ? 0 : PieceEncoder.MaxStoredBytes(codec, column.LongestRowBytes);
}
