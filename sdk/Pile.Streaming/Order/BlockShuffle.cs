namespace Pile.Streaming;

/// <summary>How rows are shuffled so that they come in few requests: whole blocks of neighbouring rows in random order, and the rows of some blocks among each other.</summary>
/// <remarks>
/// <para>The blocks of an epoch are permuted, dealt to the lanes in turn, and taken in rounds of <see cref="BlocksPerRound"/> for each lane. In a round the rows of a
/// lane's blocks are permuted, and the lanes come one after the other, <see cref="LaneRows"/> rows at a time. A block is one read, so an epoch costs a
/// request for every <see cref="BlockRows"/> rows, and rows wait in memory for a round at most.</para>
/// <para>Lanes keep it so for many nodes: a node reads whole blocks when the number of nodes divides the number of lanes and <see cref="LaneRows"/> is the rows of a batch.
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

    /// <summary>The shuffle for rows of a size: blocks of some 4 MiB, of 24 rows at least where those stay below 32 MiB, and rounds of some <paramref name="roundBytes"/>.</summary>
    /// <param name="rowBytes">Bytes that a row takes, about.</param>
    /// <param name="roundBytes">Memory for the rows of a round.</param>
    public static BlockShuffle ForRowsOf(long rowBytes, long roundBytes = 128 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowBytes);
        rowBytes = Math.Max(rowBytes, 1);
        long fewest = Math.Clamp((32 << 20) / rowBytes, 1, 24);
        long blockRows = Math.Clamp((4 << 20) / rowBytes, fewest, 4096);
        return new BlockShuffle { BlockRows = (int)blockRows, BlocksPerRound = (int)Math.Clamp(roundBytes / (blockRows * rowBytes), 2, 64) };
    }

    private static int Positive(int value, [System.Runtime.CompilerServices.CallerMemberName] string name = "") =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "A shuffle has at least one of each.");
}
