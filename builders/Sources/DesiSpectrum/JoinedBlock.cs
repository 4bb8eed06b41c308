using System.Buffers;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>The joined spectra of a block of targets, shape [target, pixel].</summary>
internal sealed class JoinedBlock
{
    private readonly int pixels, diagonals;

    private readonly SpectrumMemory memory;

    /// <param name="grid">The grid.</param>
    /// <param name="arms">The values of each of its arms.</param>
    /// <param name="rows">The number of targets.</param>
    /// <param name="memory">The memory of the spectra, which no other block may use at the same time.</param>
    internal JoinedBlock(JoinedGrid grid, ArmValues[] arms, int rows, SpectrumMemory memory)
    {
        (pixels, diagonals, this.memory) = (grid.Angstrom.Length, arms.Max(a => a.Diagonals), memory);
        int all = checked(rows * pixels);
        (Flux, Ivar, Mask, LsfSigmaAngstrom) = (memory.Flux.Of(all), memory.Ivar.Of(all), memory.Mask.Of(all), memory.LsfSigma.Of(all));
        Span<float> lsfSigma = LsfSigmaAngstrom.Span;
        // Of one target, because the matrices of a block do not fit in the processor's cache.
        float[] resolution = ArrayPool<float>.Shared.Rent(checked(pixels * diagonals)),
            ofArm = ArrayPool<float>.Shared.Rent(checked(grid.Lengths.Max() * diagonals));
        double[] sigmaPixels = ArrayPool<double>.Shared.Rent(pixels);
        for (int row = 0; row < rows; row++)
        {
            Join(grid, arms, row, resolution, ofArm);
            LineProfile.SigmaPixels(resolution.AsSpan(0, pixels * diagonals), sigmaPixels.AsSpan(0, pixels));
            for (int p = 0; p < pixels; p++)
                lsfSigma[(row * pixels) + p] = (float)(sigmaPixels[p] * grid.PixelSizeAngstrom[p]);
        }
        ArrayPool<float>.Shared.Return(resolution);
        ArrayPool<float>.Shared.Return(ofArm);
        ArrayPool<double>.Shared.Return(sigmaPixels);
    }

    internal Memory<float> Flux { get; }

    internal Memory<float> Ivar { get; }

    /// <summary>The mask bits; 0 is good.</summary>
    internal Memory<uint> Mask { get; }

    /// <summary>σ of the line-spread function; NaN where the resolution matrix does not determine it.</summary>
    internal Memory<float> LsfSigmaAngstrom { get; }

    /// <summary>Returns true for pixels with a mask bit, or without a measurement.</summary>
    internal Memory<bool> IsBad()
    {
        Memory<bool> isBad = memory.IsBad.Of(Mask.Length);
        Span<bool> to = isBad.Span;
        ReadOnlySpan<uint> mask = Mask.Span;
        ReadOnlySpan<float> ivar = Ivar.Span;
        for (int i = 0; i < to.Length; i++)
            to[i] = (mask[i] != 0) | !(ivar[i] > 0); // without a branch
        return isBad;
    }

    private void Join(JoinedGrid grid, ArmValues[] arms, int row, float[] resolution, float[] ofArm)
    {
        if (Array.Exists(arms, a => a.Diagonals < diagonals))
            Array.Clear(resolution); // the diagonals of the other arms alone
        int filled = 0;
        for (int arm = 0; arm < arms.Length; arm++)
        {
            arms[arm].ReadResolution(row, ofArm.AsSpan(0, arms[arm].Diagonals * grid.Lengths[arm]));
            Add(arms[arm], ofArm, row, grid.Starts[arm], grid.Lengths[arm], filled, resolution);
            filled = grid.Starts[arm] + grid.Lengths[arm];
        }
    }

    private void Add(ArmValues arm, float[] ofArm, int row, int start, int length, int filled, float[] resolution)
    {
        int margin = (diagonals - arm.Diagonals) / 2, overlap = Math.Clamp(filled - start, 0, length);
        int from = row * length, to = (row * pixels) + start;
        Span<float> flux = Flux.Span.Slice(to, length), ivar = Ivar.Span.Slice(to, length);
        Span<uint> mask = Mask.Span.Slice(to, length);
        double[] was = new double[overlap], adds = new double[overlap];
        for (int p = 0; p < overlap; p++)
            (was[p], adds[p]) = Shares(ivar[p], arm.Ivar[from + p]);
        for (int d = 0; d < arm.Diagonals; d++)
        {
            Span<float> profile = resolution.AsSpan(((margin + d) * pixels) + start, length);
            ReadOnlySpan<float> added = ofArm.AsSpan(d * length, length);
            for (int p = 0; p < overlap; p++)
                profile[p] = (float)((was[p] * profile[p]) + (adds[p] * added[p]));
            added[overlap..].CopyTo(profile[overlap..]);
        }
        for (int p = 0; p < overlap; p++)
        {
            double before = Weight(ivar[p], mask[p]), added = Weight(arm.Ivar[from + p], arm.Mask[from + p]);
            flux[p] = (float)InverseVarianceMean.Of(flux[p], before, arm.Flux[from + p], added);
            ivar[p] = (float)(before + added);
            mask[p] &= arm.Mask[from + p];
        }
        arm.Flux.AsSpan((from + overlap)..(from + length)).CopyTo(flux[overlap..]);
        arm.Ivar.AsSpan((from + overlap)..(from + length)).CopyTo(ivar[overlap..]);
        arm.Mask.AsSpan((from + overlap)..(from + length)).CopyTo(mask[overlap..]);
    }

    // Masked pixels have no weight.
    private static double Weight(float ivar, uint mask) => mask == 0 && ivar > 0 ? ivar : 0;

    private static (double, double) Shares(float a, float b)
    {
        double weightA = Math.Max(a, 0), weightB = Math.Max(b, 0), sum = weightA + weightB;
        return sum > 0 ? (weightA / sum, weightB / sum) : (0.5, 0.5);
    }
}
