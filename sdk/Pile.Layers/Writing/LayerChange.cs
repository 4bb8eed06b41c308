using System.Collections.Immutable;

namespace Pile.Layers;

/// <summary>What a writer wants to commit, independent of the commit that it follows.</summary>
internal sealed record LayerChange
{
    /// <summary>The steps, in order. A step of kind Set, Unset or RemoveRows has a patch.</summary>
    internal required ImmutableArray<(LayerOperation Operation, PatchDraft? Patch)> Steps { get; init; }

    /// <summary>The definitions of the fields that its steps of kind AddField add unless the layer has them: those whose first values were
    /// forgotten have no step with values.</summary>
    internal ImmutableArray<LayerField> NewFields { get; init; } = [];

    internal required string Author { get; init; }

    internal required string Message { get; init; }

    internal bool LastWins { get; init; }

    /// <summary>Returns whether two texts are the same unit.</summary>
    internal Func<string, string, bool> AreSameUnits { get; init; } = FieldUnits.ByText;

    internal string Origin { get; init; } = "";

    /// <summary>The scan of a source that makes the commit; null for another change.</summary>
    internal LayerScan? Scan { get; init; }

    /// <summary>The time of the commit; null for now. A later parent makes it later.</summary>
    internal long? TimeMicros { get; init; }

    internal static LayerChange Of(PatchDraft patch, string author, string message) => new()
    {
        Steps = [(new LayerOperation
        {
            Kind = patch.IsUnset ? OperationKind.Unset : OperationKind.Set,
            Fields = [.. patch.Fields.Select(f => f.Name)],
        }, patch)],
        Author = author,
        Message = message,
    };

    internal static LayerChange Of(LayerOperation operation, string author, string message) =>
        new() { Steps = [(operation, null)], Author = author, Message = message };
}
