using System.Globalization;

namespace Pile.CrossMatch;

/// <summary>The share of one of several tasks: a range of the sorted rows of A.</summary>
/// <param name="Index">The number of the task, from 0.</param>
/// <param name="Count">The number of tasks.</param>
internal readonly record struct MatchShare(int Index, int Count)
{
    internal const int MaxCount = 10_000;

    /// <summary>Creates a share.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such task.</exception>
    internal static MatchShare Of(int task, int taskCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(taskCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(taskCount, MaxCount);
        ArgumentOutOfRangeException.ThrowIfNegative(task);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(task, taskCount);
        return new MatchShare(task, taskCount);
    }

    /// <summary>Returns the chunks of the share. Shares end with chunks, so that the row groups of the result do not depend on
    /// them.</summary>
    internal (int First, int End) ChunksOf(int chunkCount) =>
        ((int)((long)chunkCount * Index / Count), (int)((long)chunkCount * (Index + 1) / Count));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}-of-{Count}");
}
