namespace Pile.Writing;

/// <summary>The share of one of several processes that read the units of one build.</summary>
/// <param name="Index">The number of the process, from 0.</param>
/// <param name="Count">The number of processes, at least 1.</param>
public readonly record struct TaskShare(int Index, int Count)
{
    /// <summary>Returns true if a unit belongs to this process.</summary>
    /// <param name="unit">The position of the unit in the plan, from 0.</param>
    public bool Has(int unit) => unit % Count == Index;
}
