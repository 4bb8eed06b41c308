namespace Pile.Drawing;

/// <summary>What the bytes of an image mean; the number is the bytes of one pixel.</summary>
public enum PngPixels
{
    /// <summary>One byte: black 0 to white 255.</summary>
    Gray = 1,

    /// <summary>Red, green, blue.</summary>
    Rgb = 3,

    /// <summary>Red, green, blue and opacity, not premultiplied.</summary>
    Rgba = 4,
}
