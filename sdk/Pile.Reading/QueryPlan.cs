using System.Collections.Immutable;

namespace Pile.Reading;

/// <summary>How a query will be answered.</summary>
/// <param name="Tiles">The tiles of the index that are opened, in order; the position and the list of files tell the others off.</param>
/// <param name="TileCount">All tiles of the index.</param>
/// <param name="Sql">What DuckDB is asked.</param>
public sealed record QueryPlan(ImmutableArray<IndexTile> Tiles, int TileCount, string Sql)
{
    /// <summary>The columns of tiles that DuckDB reads.</summary>
    internal TileColumns Columns { get; init; } = new();
}
