namespace Pile.Streaming;

/// <summary>A shuffle that needs few requests: blocks of neighbouring rows in random order, with the rows of several blocks
/// mixed.</summary>
/// <remarks>
/// <para>An epoch's blocks start at a random row and wrap around the end. They are permuted, dealt to the lanes in turn, and processed in
/// rounds of <see cref="BlocksPerRound"/> per lane. In a round, the rows of a lane's blocks are permuted, and the lanes take turns of
/// <see cref="LaneRows"/> rows. A block is one read, so an epoch needs one request per <see cref="BlockRows"/> rows, and rows stay in
/// memory for at most one round.</para>
/// <para>Lanes are for several nodes: a node reads whole blocks if the number of nodes divides the number of lanes and
/// <see cref="LaneRows"/> equals the rows of a batch. With other numbers the order is the same, but a block is
/// read by several nodes.</para>
/// </remarks>
public sealed record BlockShuffle
{
    /// <summary>The largest number of lanes: each has a list of rows.</summary>
    internal const int MostLanes = 1 << 16;

    /// <summary>The number of neighbouring rows that are read together; 1 shuffles single rows, with one request each.</summary>
    public int BlockRows { get; init => field = Positive(value); } = 32;

    /// <summary>The number of blocks of a lane whose rows are mixed; more blocks mix better and need more memory.</summary>
    public int BlocksPerRound { get; init => field = Positive(value); } = 32;

    /// <summary>The number of lanes: the largest number of nodes that do not share blocks; a loader takes up to 65,536.</summary>
    public int Lanes { get; init => field = Positive(value); } = 1;

    /// <summary>The number of rows per turn of a lane.</summary>
    public int LaneRows { get; init => field = Positive(value); } = 64;

    /// <summary>The number of rows of a round, which are in memory together; <see cref="long.MaxValue"/> if it exceeds that.</summary>
    public long RoundRows => (long)UInt128.Min((UInt128)BlockRows * (UInt128)BlocksPerRound * (UInt128)Lanes, long.MaxValue);

    /// <summary>Returns a shuffle for rows of a given size: blocks of about 6 MiB, with at least 32 rows if these stay below 32 MiB, and
    /// rounds of whole batches.</summary>
    /// <param name="rowBytes">The approximate size of a row in memory.</param>
    /// <param name="batchRows">The number of rows of a batch.</param>
    /// <param name="roundBytes">The memory for the rows of a round.</param>
    public static BlockShuffle ForRowsOf(long rowBytes, int batchRows, long roundBytes = 128 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchRows);
        rowBytes = Math.Max(rowBytes, 1);
        long fewest = Math.Clamp((32 << 20) / rowBytes, 1, 32);
        ulong blockRows = System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Clamp((4 << 20) / rowBytes, fewest, 4096));
        long wholeBatches = batchRows / (long)System.Numerics.BigInteger.GreatestCommonDivisor(batchRows, blockRows);
        long blocks = Math.Clamp(roundBytes / ((long)blockRows * rowBytes), 2, 64);
        // With rounds of whole batches, no block is read twice for the end of one batch and the beginning of the next.
        return new BlockShuffle
        {
            BlockRows = (int)blockRows,
            BlocksPerRound = (int)(wholeBatches <= blocks ? blocks / wholeBatches * wholeBatches : blocks),
            LaneRows = batchRows
        };
    }

    private static int Positive(int value, [System.Runtime.CompilerServices.CallerMemberName] string name = "") =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "Every number of a BlockShuffle must be at least 1.");
}
