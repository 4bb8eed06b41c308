using System.Collections.Immutable;
using Pile.Reading;

namespace Pile.Review;

/// <summary>A tile that could be read to its end.</summary>
/// <param name="Tile">The tile.</param>
/// <param name="Rows">Its rows, as found.</param>
/// <param name="Columns">The names in it whose type is the manifest's.</param>
internal sealed record CheckedTile(IndexTile Tile, long Rows, ImmutableHashSet<string> Columns);
