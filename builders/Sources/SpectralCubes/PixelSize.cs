namespace Pile.Builders.Sources.SpectralCubes;

/// <summary>The size of a pixel along a wavelength axis.</summary>
internal static class PixelSize
{
    /// <summary>Returns half the distance of the neighbours, Å; at an end, the distance of the only neighbour; NaN for a single
    /// pixel.</summary>
    internal static double Angstrom(ReadOnlySpan<double> wavelengths, int pixel)
    {
        int before = Math.Max(pixel - 1, 0), after = Math.Min(pixel + 1, wavelengths.Length - 1);
        return before == after ? double.NaN : (wavelengths[after] - wavelengths[before]) / (after - before);
    }
}
