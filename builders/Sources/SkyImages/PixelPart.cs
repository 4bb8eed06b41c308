namespace Pile.Builders.Sources.SkyImages;

/// <summary>Pixels of a frame with noise and mask, by lines.</summary>
/// <param name="flux">The pixels; blank ones are NaN.</param>
/// <param name="ivar">The inverse variances; empty for a band without noise.</param>
/// <param name="bits">The mask; 0 for a band without one.</param>
/// <param name="stride">The number of pixels from one line to the next.</param>
internal readonly ref struct PixelPart(ReadOnlySpan<float> flux, ReadOnlySpan<float> ivar, ReadOnlySpan<int> bits, int stride)
{
    internal ReadOnlySpan<float> Flux { get; } = flux;

    internal ReadOnlySpan<float> Ivar { get; } = ivar;

    internal ReadOnlySpan<int> Bits { get; } = bits;

    internal int Stride { get; } = stride;

    /// <summary>Returns the pixels from an index on.</summary>
    internal PixelPart From(int index) =>
        new(Flux[index..], Ivar.IsEmpty ? Ivar : Ivar[index..], Bits.IsEmpty ? Bits : Bits[index..], Stride);
}
