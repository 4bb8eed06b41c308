using System.Buffers;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>The joined spectra of a block of targets, shape [target, pixel].</summary>
internal sealed class JoinedBlock
{
    private readonly int pixels, diagonals;

    internal JoinedBlock(JoinedGrid grid, ArmValues[] arms, int rows)
    {
        (pixels, diagonals) = (grid.Angstrom.Length, arms.Max(a => a.Diagonals));
        (Flux, Ivar, Mask) = (new float[rows * pixels], new float[rows * pixels], new uint[rows * pixels]);
        LsfSigmaAngstrom = new float[rows * pixels];
        // Of one target, because the matrices of a block do not fit in the processor's cache.
        float[] resolution = ArrayPool<float>.Shared.Rent(checked(pixels * diagonals));
        double[] sigmaPixels = ArrayPool<double>.Shared.Rent(pixels);
        for (int row = 0; row < rows; row++)
        {
            Join(grid, arms, row, resolution);
            LineProfile.SigmaPixels(resolution.AsSpan(0, pixels * diagonals), sigmaPixels.AsSpan(0, pixels));
            for (int p = 0; p < pixels; p++)
                LsfSigmaAngstrom[(row * pixels) + p] = (float)(sigmaPixels[p] * grid.PixelSizeAngstrom[p]);
        }
        ArrayPool<float>.Shared.Return(resolution);
        ArrayPool<double>.Shared.Return(sigmaPixels);
    }

    internal float[] Flux { get; }

    internal float[] Ivar { get; }

    /// <summary>The mask bits; 0 is good.</summary>
    internal uint[] Mask { get; }

    /// <summary>σ of the line-spread function; NaN where the resolution matrix does not determine it.</summary>
    internal float[] LsfSigmaAngstrom { get; }

    /// <summary>Returns true for pixels with a mask bit, or without a measurement.</summary>
    internal bool[] IsBad()
    {
        bool[] isBad = new bool[Mask.Length];
        for (int i = 0; i < isBad.Length; i++)
            isBad[i] = (Mask[i] != 0) | !(Ivar[i] > 0); // without a branch
        return isBad;
    }

    private void Join(JoinedGrid grid, ArmValues[] arms, int row, float[] resolution)
    {
        if (Array.Exists(arms, a => a.Diagonals < diagonals))
            Array.Clear(resolution); // the diagonals of the other arms alone
        int filled = 0;
        for (int arm = 0; arm < arms.Length; arm++)
        {
            Add(arms[arm], row, grid.Starts[arm], grid.Lengths[arm], filled, resolution);
            filled = grid.Starts[arm] + grid.Lengths[arm];
        }
    }

    private void Add(ArmValues arm, int row, int start, int length, int filled, float[] resolution)
    {
        int margin = (diagonals - arm.Diagonals) / 2, overlap = Math.Clamp(filled - start, 0, length);
        int from = row * length, to = (row * pixels) + start;
        double[] was = new double[overlap], adds = new double[overlap];
        for (int p = 0; p < overlap; p++)
            (was[p], adds[p]) = Shares(Ivar[to + p], arm.Ivar[from + p]);
        for (int d = 0; d < arm.Diagonals; d++)
        {
            Span<float> profile = resolution.AsSpan(((margin + d) * pixels) + start, length);
            ReadOnlySpan<float> added = arm.Resolution.AsSpan(((row * arm.Diagonals) + d) * length, length);
            for (int p = 0; p < overlap; p++)
                profile[p] = (float)((was[p] * profile[p]) + (adds[p] * added[p]));
            added[overlap..].CopyTo(profile[overlap..]);
        }
        for (int p = 0; p < overlap; p++)
            Combine(to + p, arm.Flux[from + p], arm.Ivar[from + p], arm.Mask[from + p]);
        arm.Flux.AsSpan((from + overlap)..(from + length)).CopyTo(Flux.AsSpan(to + overlap));
        arm.Ivar.AsSpan((from + overlap)..(from + length)).CopyTo(Ivar.AsSpan(to + overlap));
        arm.Mask.AsSpan((from + overlap)..(from + length)).CopyTo(Mask.AsSpan(to + overlap));
    }

    private void Combine(int pixel, float flux, float ivar, uint mask)
    {
        double was = Weight(Ivar[pixel], Mask[pixel]), adds = Weight(ivar, mask);
        Flux[pixel] = (float)InverseVarianceMean.Of(Flux[pixel], was, flux, adds);
        Ivar[pixel] = (float)(was + adds);
        Mask[pixel] &= mask;
    }

    // Masked pixels have no weight.
    private static double Weight(float ivar, uint mask) => mask == 0 && ivar > 0 ? ivar : 0;

    private static (double, double) Shares(float a, float b)
    {
        double weightA = Math.Max(a, 0), weightB = Math.Max(b, 0), sum = weightA + weightB;
        return sum > 0 ? (weightA / sum, weightB / sum) : (0.5, 0.5);
    }
}
