using Pile.Soak.Running;

namespace Pile.Soak.Campaigns;

/// <summary>The outcome of a <see cref="MutationCase"/>.</summary>
/// <param name="Name">The name of an expected outcome; null for a failure.</param>
/// <param name="Failure">The failure; null for an expected outcome.</param>
/// <param name="Message">What the program wrote to standard error.</param>
/// <param name="Cost">The processor time and memory of all runs of the case.</param>
internal sealed record MutationOutcome(string? Name, string? Failure, string Message, RunCost Cost)
{
    /// <summary>True if the failure may be due to the runs before it in the same process, so that the case must be repeated in a new
    /// one.</summary>
    internal bool IsOfLimit { get; init; }

    /// <summary>True if the verb ended without an error.</summary>
    internal bool IsAccepted => Name?.StartsWith(MutationCase.Accepted, StringComparison.Ordinal) == true;

    /// <inheritdoc/>
    public override string ToString() => $"{Failure ?? Name}: {Message.Trim()}";
}
