namespace Pile.Format;

/// <summary>The size of a picture by its header.</summary>
/// <param name="Width">The number of columns of pixels.</param>
/// <param name="Height">The number of rows of pixels.</param>
/// <param name="Bands">The number of values of a pixel as stored: 1 for a palette.</param>
internal readonly record struct PictureSize(int Width, int Height, int Bands);
