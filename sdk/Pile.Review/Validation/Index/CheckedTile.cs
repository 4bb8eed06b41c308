using System.Collections.Immutable;
using Pile.Reading;

namespace Pile.Review;

/// <summary>A tile that has been read completely.</summary>
/// <param name="Tile">The tile.</param>
/// <param name="Rows">The number of rows found.</param>
/// <param name="Columns">The names of its columns whose type agrees with the manifest.</param>
internal sealed record CheckedTile(IndexTile Tile, long Rows, ImmutableHashSet<string> Columns);
