using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>Reads boxes of voxels of a cube, with noise, mask and line-spread function.</summary>
internal sealed class CubeImages : IDisposable
{
    private readonly ImageFiles files;
    private readonly CubeRecipe recipe;
    private readonly Cube cube;
    private readonly FitsImage science;
    private readonly FitsImage? noise, mask, lsf;
    private readonly double[]? lsfOfChannel;
    private readonly double noiseFactor = 1;

    /// <exception cref="FitsException">A file does not open, or has no such image.</exception>
    /// <exception cref="SchemaMismatchException">The axes of noise or mask differ from those of the cube, or the mask does not hold
    /// integers, or the unit of the noise is not that of the cube.</exception>
    internal CubeImages(CubeRecipe recipe, Cube cube)
    {
        (this.recipe, this.cube, files) = (recipe, cube, new ImageFiles(cube));
        try
        {
            science = files.Open(cube.Path).Hdu(cube.HduIndex).Image();
            noise = recipe.Companions.Ivar is { } ivar ? Companion(ivar, "ivar") : null;
            if (noise is not null)
                noiseFactor = NoiseUnits.Factor(new(noise.Header.Path, $"HDU {noise.Header.Hdu}", recipe.Companions.IvarKind,
                    recipe.Companions.IvarUnit ?? noise.Unit), science.Unit,
                    cube.IsOfFileUnit ? null : recipe.Unit, cube.Factor);
            mask = recipe.Companions.Mask is { } bits ? Companion(bits, "mask") : null;
            if (mask is { Type: FitsType.Float32 or FitsType.Float64 or FitsType.UInt64 })
                throw new SchemaMismatchException(recipe.Companions.Mask!.Files[cube.Number], null,
                    $"a mask should hold integers of at most 63 bits, found {mask.Type}", "Choose another HDU in the recipe");
            if (recipe.Lsf?.Hdu is { } name)
                (lsf, lsfOfChannel) = OpenLsf(name);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether the noise is known.</summary>
    internal bool HasNoise => noise is not null;

    /// <summary>Whether the line-spread function has a value for each voxel.</summary>
    internal bool HasLsfOfVoxels => lsf is not null;

    /// <summary>Returns σ of the line-spread function in Å for each channel, by ascending wavelength; null if it is unknown or differs
    /// between voxels.</summary>
    internal double[]? LsfSigmaAngstrom()
    {
        if (recipe.Lsf is not { } declared || lsf is not null)
            return null;
        double[] sigma = new double[cube.WavelengthAngstrom.Length];
        for (int i = 0; i < sigma.Length; i++)
            sigma[i] = declared.SigmaAngstrom(lsfOfChannel?[cube.Axes.IsReversed ? ^(i + 1) : i] ?? declared.At(cube.WavelengthAngstrom[i]),
                cube.WavelengthAngstrom[i]);
        return sigma;
    }

    /// <summary>Reads values and variances. Both are NaN where the value is not finite, the mask marks it as bad, or the noise is not
    /// valid.</summary>
    /// <param name="box">The voxels.</param>
    /// <param name="flux">Receives the values.</param>
    /// <param name="variance">Receives the variances; unchanged if there is no noise.</param>
    /// <param name="bits">A buffer for the mask.</param>
    internal void Read(VoxelBox box, Span<double> flux, Span<double> variance, Span<long> bits)
    {
        cube.Axes.Read(science, box, flux);
        if (noise is not null)
            cube.Axes.Read(noise, box, variance);
        if (mask is not null)
            cube.Axes.Read(mask, box, bits);
        for (int i = 0; i < box.Length; i++)
        {
            double v = noise is null ? 1 : Variance(variance[i]);
            bool isValid = double.IsFinite(flux[i]) && double.IsFinite(v) && (mask is null || !recipe.Companions.MaskRule.IsBad(bits[i]));
            flux[i] = isValid ? flux[i] * cube.Factor : double.NaN;
            if (noise is not null)
                variance[i] = isValid ? v * cube.Factor * cube.Factor : double.NaN;
        }
    }

    /// <summary>Reads σ of the line-spread function of voxels in Å; NaN where it is unknown.</summary>
    internal void ReadLsf(VoxelBox box, Span<double> sigma)
    {
        cube.Axes.Read(lsf!, box, sigma);
        for (int i = 0; i < box.Length; i++)
            sigma[i] = recipe.Lsf!.SigmaAngstrom(sigma[i], cube.WavelengthAngstrom[box.Channel + (i / box.PlaneLength)]);
    }

    /// <inheritdoc/>
    public void Dispose() => files.Dispose();

    private double Variance(double stored)
    {
        double inUnit = stored * noiseFactor;
        return !(inUnit > 0) ? double.NaN : recipe.Companions.IvarKind switch
        {
            NoiseKind.Ivar => 1 / inUnit,
            NoiseKind.Variance => inUnit,
            _ => inUnit * inUnit,
        };
    }

    private FitsImage Companion(CompanionRecipe companion, string role)
    {
        FitsHdu hdu = files.Companion(companion, role);
        return hdu.Axes.SequenceEqual(cube.Axes.Lengths) ? hdu.Image()
            : throw new SchemaMismatchException($"{companion.Files[cube.Number]}, HDU {hdu.Label}", null,
                $"the {role} of {Path.GetFileName(cube.Path)} should have the axes of the cube, "
                    + $"[{string.Join(", ", cube.Axes.Lengths)}]; found [{string.Join(", ", hdu.Axes)}]", "Correct the recipe");
    }

    private (FitsImage? OfVoxels, double[]? OfChannels) OpenLsf(string name)
    {
        FitsFile file = files.Open(cube.Path);
        FitsHdu hdu = ImageFiles.FindHdu(file, name);
        return hdu.Axes.SequenceEqual(cube.Axes.Lengths) ? (hdu.Image(), null)
            : (null, WavelengthHdu.ReadImage(file, hdu, cube.WavelengthAngstrom.Length).Values);
    }
}
