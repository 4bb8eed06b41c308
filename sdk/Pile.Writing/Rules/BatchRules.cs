using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>The rules for the rows of one unit, in the order in which they apply.</summary>
internal sealed class BatchRules(Modality modality, EarthGrid? grid)
{
    internal const string Remedy = "Correct it at its source, or have the builder leave the row out";

    private readonly ImmutableArray<IBatchRule> rules =
    [
        new IntegerConversion(),
        new RequiredColumns(modality.Frame),
        new TextEncoding(),
        new TextWidth(),
        .. modality.Frame is { } frame ? (ReadOnlySpan<IBatchRule>)[new PositionRange(frame)] : [],
        new FiniteTimes(),
        .. grid is null ? (ReadOnlySpan<IBatchRule>)[] : [new TileKeys(grid)],
        new TrimmedIds(),
        new AxisLengths(modality),
        new NestedGroups(),
        new CategoryCodes(),
        new FileEncodings(),
        new FixedShapes(modality),
    ];

    internal RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        foreach (IBatchRule rule in rules)
            batch = rule.Apply(batch, place);
        return batch;
    }
}
