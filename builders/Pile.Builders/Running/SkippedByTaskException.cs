using Pile.Format;

namespace Pile.Builders;

/// <summary>A task has skipped a unit as a whole.</summary>
/// <param name="reason">The reason that the task has recorded.</param>
internal sealed class SkippedByTaskException(string reason) : PileException(reason);
