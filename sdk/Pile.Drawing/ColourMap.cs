namespace Pile.Drawing;

/// <summary>Colours of counts and densities, from dark to light: readable in gray and for colour-blind readers.</summary>
/// <remarks>Nine colours of viridis (S. van der Walt and N. Smith, CC0), interpolated linearly.</remarks>
internal static class ColourMap
{
    private static readonly uint[] Anchors =
        [0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725];

    /// <summary>Returns the colour of a fraction, clamped to [0, 1].</summary>
    public static (byte Red, byte Green, byte Blue) At(double fraction)
    {
        double at = Math.Clamp(double.IsNaN(fraction) ? 0 : fraction, 0, 1) * (Anchors.Length - 1);
        int low = Math.Min((int)at, Anchors.Length - 2);
        return (Channel(16), Channel(8), Channel(0));

        byte Channel(int shift) => (byte)Math.Round(double.Lerp((Anchors[low] >> shift) & 0xFF, (Anchors[low + 1] >> shift) & 0xFF,
            at - low));
    }

    /// <summary>Returns a bar of the map as a PNG of 1 × 128 pixels, the largest value on top.</summary>
    public static byte[] Bar()
    {
        byte[] pixels = new byte[3 * 128];
        for (int i = 0; i < 128; i++)
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = At(1 - (i / 127.0));
        return PngEncoder.Encode(pixels, 1, 128, PngPixels.Rgb);
    }
}
