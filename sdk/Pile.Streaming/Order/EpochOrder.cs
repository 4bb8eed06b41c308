using System.Globalization;
using System.Runtime.InteropServices;

namespace Pile.Streaming;

/// <summary>The order of the rows of an epoch, which depends on the number of rows, the shuffle, the seed and the epoch only.</summary>
/// <remarks>Every row has exactly one position. The order needs four bytes per block, and three rounds of rows. Not safe for concurrent
/// use.</remarks>
internal sealed class EpochOrder
{
    // The purposes of random numbers, so that each has its own sequence.
    private const ulong ForBlocks = 1, ForRows = 2, ForCut = 3;

    private readonly BlockShuffle? shuffle;
    private readonly ulong seed;
    private readonly int[] blocks = [];
    private readonly List<long>[] lanes = [];
    private ulong epoch;
    private long firstCut;

    // A batch may begin in one round and end in the next.
    private Round current = new(), previous = new();

    /// <param name="rowCount">The number of rows, which are numbered from 0 in the order of the index.</param>
    /// <param name="shuffle">How they are shuffled; null for no shuffle.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    internal EpochOrder(long rowCount, BlockShuffle? shuffle, ulong seed, int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        (RowCount, this.shuffle, this.seed, this.epoch) = (rowCount, shuffle, seed, (ulong)epoch);
        if (shuffle is null)
            return;
        lanes = [.. Enumerable.Range(0, shuffle.Lanes).Select(_ => new List<long>())];
        long blockCount = (rowCount + shuffle.BlockRows - 1) / shuffle.BlockRows;
        if (blockCount > Array.MaxLength)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{rowCount:N0} rows in blocks of {shuffle.BlockRows} are {blockCount:N0} blocks, more than the "
                + $"maximum for a shuffle: increase BlockShuffle.BlockRows."), nameof(shuffle));
        blocks = new int[blockCount];
        MoveTo(epoch);
    }

    private sealed class Round
    {
        internal long Number { get; set; } = -1;

        internal List<long> Rows { get; } = [];
    }

    /// <summary>The number of rows of the epoch.</summary>
    internal long RowCount { get; }

    /// <summary>Switches to the order of another epoch, in the same memory.</summary>
    internal void MoveTo(int epoch)
    {
        this.epoch = (ulong)epoch;
        current.Number = previous.Number = -1;
        if (shuffle is null)
            return;
        for (int i = 0; i < blocks.Length; i++)
            blocks[i] = i;
        // The incomplete block is last, so that all rounds but the last are complete. Its location differs in every epoch.
        new SeededRandom(seed, this.epoch, ForBlocks).Shuffle(blocks.AsSpan(0, (int)(RowCount / shuffle.BlockRows)));
        firstCut = (long)new SeededRandom(seed, this.epoch, ForCut).Below((ulong)Math.Max(RowCount, 1));
    }

    /// <summary>Returns the rows at consecutive positions.</summary>
    /// <param name="position">The first position, from 0.</param>
    /// <param name="rows">Receives the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position is after the last one.</exception>
    internal void RowsAt(long position, Span<long> rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, RowCount - rows.Length);
        if (shuffle is null)
        {
            for (int i = 0; i < rows.Length; i++)
                rows[i] = position + i;
            return;
        }
        while (!rows.IsEmpty)
        {
            long round = RoundOf(position);
            ReadOnlySpan<long> from = CollectionsMarshal.AsSpan(RowsOf(round))[(int)(position - StartOf(round))..];
            int count = Math.Min(from.Length, rows.Length);
            from[..count].CopyTo(rows);
            rows = rows[count..];
            position += count;
        }
    }

    /// <summary>Returns the round of a position, whose rows are read together. Without a shuffle there is one round.</summary>
    internal long RoundOf(long position) => shuffle is null ? 0 : position / shuffle.RoundRows;

    /// <summary>Returns the first position of a round.</summary>
    internal long StartOf(long round) => Math.Min(RowCount, shuffle is null ? round * RowCount : round * shuffle.RoundRows);

    private List<long> RowsOf(long round)
    {
        if (current.Number != round)
        {
            (current, previous) = (previous, current);
            if (current.Number != round)
                Mix(round, current);
        }
        return current.Rows;
    }

    private void Mix(long round, Round mixed)
    {
        long blocksOfRound = (long)shuffle!.BlocksPerRound * shuffle.Lanes;
        long firstPlace = round * blocksOfRound, endPlace = Math.Min(firstPlace + blocksOfRound, blocks.Length);
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            lanes[lane].Clear();
            for (long place = firstPlace + lane; place < endPlace; place += lanes.Length)
            {
                long firstRow = (long)blocks[place] * shuffle.BlockRows, endRow = Math.Min(firstRow + shuffle.BlockRows, RowCount);
                for (long row = firstRow; row < endRow; row++)
                    lanes[lane].Add(row + firstCut < RowCount ? row + firstCut : row + firstCut - RowCount);
            }
            new SeededRandom(seed, epoch, ForRows, (ulong)round, (ulong)lane).Shuffle(CollectionsMarshal.AsSpan(lanes[lane]));
        }
        mixed.Number = round;
        mixed.Rows.Clear();
        for (int turn = 0, taken = -1; taken != mixed.Rows.Count; turn++)
        {
            taken = mixed.Rows.Count;
            foreach (List<long> lane in lanes)
            {
                long first = (long)turn * shuffle.LaneRows;
                if (first < lane.Count)
                    mixed.Rows.AddRange(CollectionsMarshal.AsSpan(lane)[(int)first..Math.Min(lane.Count, (int)first + shuffle.LaneRows)]);
            }
        }
    }
}
