using Pile.Format;

namespace Pile.Builders;

/// <summary>The rows of a task show that the whole source must be read in another way, which a task cannot decide for the others.</summary>
/// <param name="decision">What the rows show.</param>
internal sealed class TaskUndecidedException(ReadAgainException decision)
    : PileException($"{decision.Message} A task cannot decide this for the others: say it in the recipe, or build without tasks.",
        decision);
