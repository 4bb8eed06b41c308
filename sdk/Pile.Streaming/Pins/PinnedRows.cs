using System.Collections.Immutable;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>How rows were made of a query, in the order of the steps: a part of a split, a draw of its rows, a normalisation.</summary>
/// <param name="Query">The query.</param>
internal sealed record PinnedRows(Query Query)
{
    internal PinnedSplit? Split { get; init; }

    internal PinnedDraw? Draw { get; init; }

    internal ImmutableArray<BandScale>? Scales { get; init; }

    /// <summary>The rows that <see cref="Scales"/> were measured over: the name of a part, <c>except</c> and a name, or
    /// <c>all</c>.</summary>
    internal string? MeasuredRows { get; init; }
}
