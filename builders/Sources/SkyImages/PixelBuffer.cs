using Pile.Format;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Memory for a rectangle of a frame with noise and mask. It is reused from one rectangle to the next.</summary>
/// <param name="length">The largest number of pixels.</param>
/// <param name="hasMask">Whether any band has a mask.</param>
internal sealed class PixelBuffer(int length, bool hasMask)
{
    private readonly float[] flux = new float[length], ivar = new float[length];
    private readonly int[] bits = new int[hasMask ? length : 0];

    /// <summary>Reads a rectangle.</summary>
    /// <exception cref="PileException">The pixels are unreadable.</exception>
    internal PixelPart Read(FrameImages images, CutoutWindow across, CutoutWindow up)
    {
        int count = across.Count * up.Count;
        images.ReadFlux(across, up, flux);
        bool hasIvar = images.TryReadIvar(across, up, ivar);
        if (hasMask && !images.TryReadMask(across, up, bits))
            Array.Clear(bits);
        return new(flux.AsSpan(0, count), hasIvar ? ivar.AsSpan(0, count) : [], hasMask ? bits.AsSpan(0, count) : [], across.Count);
    }
}
