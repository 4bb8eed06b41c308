using Pile.Drawing;

namespace Pile.Plotting;

/// <summary>A picture of a row.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Figure">The picture.</param>
/// <param name="Facts">Names and values for the caption.</param>
/// <param name="IsWide">True for plots along an axis; false for images, of which several fit next to each other.</param>
internal sealed record RowFigure(string Id, SvgFigure Figure, IReadOnlyList<KeyValuePair<string, string>> Facts, bool IsWide);
