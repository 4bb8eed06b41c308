namespace Pile.Drawing;

/// <summary>The meaning of an image's bytes; the numeric value is the number of bytes per pixel.</summary>
public enum PngPixels
{
    /// <summary>One byte: black 0 to white 255.</summary>
    Gray = 1,

    /// <summary>Red, green, blue.</summary>
    Rgb = 3,

    /// <summary>Red, green, blue and opacity, not premultiplied.</summary>
    Rgba = 4,
}
