namespace Pile.Streaming;

/// <summary>One of several workers, on one machine or many, that share an epoch: each row goes to one of them.</summary>
/// <remarks>In step s, worker w of W takes the rows at positions (s·W + w)·b to (s·W + w + 1)·b of the epoch's order, b being the rows of a
/// batch. So what all have taken after a step is the beginning of the order, whatever W and b are, and another number of workers can go on
/// from there.</remarks>
public readonly record struct Worker
{
    /// <summary>The only one.</summary>
    public static readonly Worker Alone = new(0, 1);

    /// <summary>One of several.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <param name="count">Of how many.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such worker.</exception>
    public Worker(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        (Index, Count) = (index, count);
    }

    /// <summary>Which, from 0.</summary>
    public int Index { get; }

    /// <summary>Of how many.</summary>
    public int Count { get; }

    /// <summary>The rows of the epoch's order that this worker takes in a step.</summary>
    /// <param name="step">The step, from 0, counted from where <paramref name="firstPosition"/> lies.</param>
    /// <param name="batchRows">Rows of a batch.</param>
    /// <param name="firstPosition">Where in the order the first step begins: 0, or what an earlier run has done.</param>
    /// <param name="rowCount">Rows of the epoch.</param>
    /// <returns>The first position, and how many: fewer than a batch, or none, at the end.</returns>
    internal (long Position, int Count) Share(long step, int batchRows, long firstPosition, long rowCount)
    {
        long position = firstPosition + (((step * Count) + Index) * batchRows);
        return (position, (int)Math.Clamp(rowCount - position, 0, batchRows));
    }

    /// <summary>Positions that all workers have taken after a number of steps.</summary>
    internal long Done(long steps, int batchRows, long firstPosition,
        long rowCount) => Math.Min(rowCount, firstPosition + (steps * Count * batchRows));
}
