namespace Pile.Builders.Sources.SkyImages;

/// <summary>One of several images of a file.</summary>
/// <param name="Hdu">The number of its HDU.</param>
/// <param name="Place">The index among the images, from 0.</param>
/// <param name="Label">The name among the images.</param>
internal readonly record struct ImageOfFile(int Hdu, int Place, string Label);
