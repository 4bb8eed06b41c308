using System.Buffers;
using Pile.Builders.Sources.SpectralCubes;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>The joined spectra of a block of targets, shape [target, pixel].</summary>
internal sealed class JoinedBlock : IDisposable
{
    private readonly JoinedGrid grid;
    private readonly int rows, pixels, diagonals;
    private readonly float[] resolution; // shape [target, pixel, diagonal]

    internal JoinedBlock(JoinedGrid grid, ArmValues[] arms, int rows)
    {
        (this.grid, this.rows, pixels, diagonals) = (grid, rows, grid.Angstrom.Length, arms.Max(a => a.Diagonals));
        (Flux, Ivar, Mask) = (new float[rows * pixels], new float[rows * pixels], new uint[rows * pixels]);
        resolution = ArrayPool<float>.Shared.Rent(checked(rows * pixels * diagonals));
        if (Array.Exists(arms, a => a.Diagonals < diagonals))
            resolution.AsSpan().Clear(); // the diagonals of the other arms alone
        int filled = 0;
        for (int arm = 0; arm < arms.Length; arm++)
        {
            for (int row = 0; row < rows; row++)
                Add(arms[arm], row, grid.Starts[arm], grid.Lengths[arm], filled);
            filled = grid.Starts[arm] + grid.Lengths[arm];
        }
    }

    internal float[] Flux { get; }

    internal float[] Ivar { get; }

    /// <summary>The mask bits; 0 is good.</summary>
    internal uint[] Mask { get; }

    /// <summary>Returns true for pixels with a mask bit, or without a measurement.</summary>
    internal bool[] IsBad()
    {
        bool[] isBad = new bool[Mask.Length];
        for (int i = 0; i < isBad.Length; i++)
            isBad[i] = Mask[i] != 0 || !(Ivar[i] > 0);
        return isBad;
    }

    /// <summary>Returns σ of the line-spread function; NaN where the resolution matrix does not determine it.</summary>
    internal float[] LsfSigmaAngstrom()
    {
        float[] sigma = new float[rows * pixels];
        for (int i = 0; i < sigma.Length; i++)
            sigma[i] = (float)(LineProfile.SigmaPixels(resolution.AsSpan(i * diagonals, diagonals))
                * PixelSize.Angstrom(grid.Angstrom, i % pixels));
        return sigma;
    }

    public void Dispose() => ArrayPool<float>.Shared.Return(resolution);

    private void Add(ArmValues arm, int row, int start, int length, int filled)
    {
        int margin = (diagonals - arm.Diagonals) / 2;
        for (int p = 0; p < length; p++)
        {
            int from = (row * length) + p, to = (row * pixels) + start + p;
            Span<float> profile = resolution.AsSpan((to * diagonals) + margin, arm.Diagonals);
            ReadOnlySpan<float> added = arm.Resolution.AsSpan((row * arm.Diagonals * length) + p);
            if (start + p >= filled)
            {
                for (int d = 0; d < profile.Length; d++)
                    profile[d] = added[d * length];
                (Flux[to], Ivar[to], Mask[to]) = (arm.Flux[from], arm.Ivar[from], arm.Mask[from]);
                continue;
            }
            (double was, double adds) = Shares(Ivar[to], arm.Ivar[from]);
            for (int d = 0; d < profile.Length; d++)
                profile[d] = (float)((was * profile[d]) + (adds * added[d * length]));
            Combine(to, arm.Flux[from], arm.Ivar[from], arm.Mask[from]);
        }
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
