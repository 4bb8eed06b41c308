namespace Pile.Publishing;

/// <summary>Which bands are drawn red, green and blue; names as <c>image_band</c> has them, in that case.</summary>
/// <param name="Red">The band drawn red, usually the reddest.</param>
/// <param name="Green">The band drawn green.</param>
/// <param name="Blue">The band drawn blue.</param>
public sealed record RgbBands(string Red, string Green, string Blue);
