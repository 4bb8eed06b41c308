using System.Collections.Immutable;

namespace Pile.Reading;

/// <summary>How a query is executed.</summary>
/// <param name="TileCount">The number of tiles of the index.</param>
internal sealed record QueryPlan(int TileCount)
{
    /// <summary>The tiles that are read, in order; the query's region and the list of files exclude the others.</summary>
    internal ImmutableArray<IndexTile> Tiles { get; init; } = [];

    /// <summary>The columns of tiles that DuckDB reads.</summary>
    internal TileColumns Columns { get; init; } = new();
}
