namespace Pile.Streaming;

/// <summary>One of several workers, on one or more machines, that share an epoch: each row is returned to exactly one of them.</summary>
/// <remarks>In step s, worker w of W takes the rows at positions (s·W + w)·b to (s·W + w + 1)·b of the epoch's order, where b is the number
/// of rows of a batch. So the rows that all workers have taken after a step are always the beginning of the order, and another number of
/// workers can resume from there.</remarks>
public readonly record struct Worker
{
    /// <summary>The only worker.</summary>
    public static readonly Worker Alone = new(0, 1);

    /// <summary>Creates one of several workers.</summary>
    /// <param name="index">The number of the worker, from 0.</param>
    /// <param name="count">The number of workers.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such worker.</exception>
    public Worker(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        (Index, Count) = (index, count);
    }

    /// <summary>The number of the worker, from 0.</summary>
    public int Index { get; }

    /// <summary>The number of workers.</summary>
    public int Count { get; }

    /// <summary>Returns the rows of the epoch's order that this worker takes in a step.</summary>
    /// <param name="step">The step, from 0, counted from <paramref name="firstPosition"/>.</param>
    /// <param name="batchRows">The number of rows of a batch.</param>
    /// <param name="firstPosition">The position at which the first step begins: 0, or the rows that an earlier run has completed.</param>
    /// <param name="rowCount">The number of rows of the epoch.</param>
    /// <returns>The first position, and the number of rows: fewer than a batch, or 0, at the end.</returns>
    internal (long Position, int Count) Share(long step, int batchRows, long firstPosition, long rowCount)
    {
        long position = firstPosition + (((step * Count) + Index) * batchRows);
        return (position, (int)Math.Clamp(rowCount - position, 0, batchRows));
    }

    /// <summary>Returns the number of positions that all workers have taken after a number of steps.</summary>
    internal long Done(long steps, int batchRows, long firstPosition,
        long rowCount) => Math.Min(rowCount, firstPosition + (steps * Count * batchRows));
}
