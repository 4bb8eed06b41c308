namespace Pile.Streaming;

/// <summary>How rows are shuffled so that they come in few requests: whole blocks of neighbouring rows in random order, and the rows of
/// some blocks among each other.</summary>
/// <remarks>
/// <para>An epoch's blocks are cut from a random row on, around the end. They are permuted, dealt to the lanes in turn, and taken in rounds
/// of <see cref="BlocksPerRound"/> for each lane. In a round the rows of a
/// lane's blocks are permuted, and the lanes come one after the other, <see cref="LaneRows"/> rows at a time. A block is one read, so an
/// epoch costs a request for every <see cref="BlockRows"/> rows, and rows wait in memory for a round at most.</para>
/// <para>Lanes keep it so for many nodes: a node reads whole blocks when the number of nodes divides the number of lanes and
/// <see cref="LaneRows"/> is the rows of a batch.
/// With any other number the order is the same, and blocks are read by several nodes.</para>
/// </remarks>
public sealed record BlockShuffle
{
    /// <summary>Neighbouring rows that are read together; 1 shuffles row by row, at a request each.</summary>
    public int BlockRows { get; init => field = Positive(value); } = 32;

    /// <summary>Blocks of a lane whose rows are mixed: more mix better, and take more memory.</summary>
    public int BlocksPerRound { get; init => field = Positive(value); } = 32;

    /// <summary>Lanes: the largest number of nodes that is to share blocks with nobody.</summary>
    public int Lanes { get; init => field = Positive(value); } = 1;

    /// <summary>Rows that come from a lane before it is the next one's turn.</summary>
    public int LaneRows { get; init => field = Positive(value); } = 64;

    /// <summary>Rows of a round: those that are in memory at once.</summary>
    public long RoundRows => (long)BlockRows * BlocksPerRound * Lanes;

    /// <summary>The shuffle for rows of a size: blocks of some 6 MiB, of 32 rows at least where those stay below 32 MiB, and rounds of
    /// whole batches.</summary>
    /// <param name="rowBytes">Bytes that a row takes in memory, about.</param>
    /// <param name="batchRows">Rows of a batch.</param>
    /// <param name="roundBytes">Memory for the rows of a round.</param>
    public static BlockShuffle ForRowsOf(long rowBytes, int batchRows, long roundBytes = 128 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchRows);
        rowBytes = Math.Max(rowBytes, 1);
        long fewest = Math.Clamp((32 << 20) / rowBytes, 1, 32);
        ulong blockRows = System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Clamp((4 << 20) / rowBytes, fewest, 4096));
        long wholeBatches = batchRows / (long)System.Numerics.BigInteger.GreatestCommonDivisor(batchRows, blockRows);
        long blocks = Math.Clamp(roundBytes / ((long)blockRows * rowBytes), 2, 64);
        // A round of whole batches spares blocks that are read for the end of one batch and again for the next.
        return new BlockShuffle
        {
            BlockRows = (int)blockRows,
            BlocksPerRound = (int)(wholeBatches <= blocks ? blocks / wholeBatches * wholeBatches : blocks),
            LaneRows = batchRows
        };
    }

    private static int Positive(int value, [System.Runtime.CompilerServices.CallerMemberName] string name = "") =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "A shuffle has at least one of each.");
}
