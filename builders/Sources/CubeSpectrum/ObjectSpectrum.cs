using System.Globalization;
using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>The measurements of one object: the spectrum summed over its aperture, and the white-light image.</summary>
internal sealed class ObjectSpectrum
{
    // The number of voxels that are read at once, each as value, variance and mask.
    private const int SlabVoxels = 1 << 19;

    // Weights are sums of areas; a missing spaxel changes them by far more than rounding errors.
    private const double FullWeight = 1 - 1e-9;

    private readonly CubeRecipe recipe;
    private readonly Cube cube;
    private readonly Aperture aperture;
    private readonly double[] sum, variance, weight, lsfSum, lsfWeight, whiteSum, whiteVariance;
    private readonly int[] whiteCount;
    private readonly bool hasNoise;

    private ObjectSpectrum(CubeRecipe recipe, Cube cube, Aperture aperture, CubeImages images)
    {
        (this.recipe, this.cube, this.aperture, hasNoise) = (recipe, cube, aperture, images.HasNoise);
        int channels = cube.WavelengthAngstrom.Length, pixels = recipe.ImageSize * recipe.ImageSize;
        (sum, variance, weight) = (new double[channels], new double[channels], new double[channels]);
        (lsfSum, lsfWeight) = images.HasLsfOfVoxels ? (new double[channels], new double[channels]) : ([], []);
        (whiteSum, whiteVariance, whiteCount) = (new double[pixels], new double[pixels], new int[pixels]);
    }

    internal Cube Cube => cube;

    /// <summary>The name of the object in messages: its row of the catalogue.</summary>
    internal required string Name { get; init; }

    /// <summary>The windows of the white-light image in the cube.</summary>
    internal required CutoutWindow Across { get; init; }

    /// <inheritdoc cref="Across"/>
    internal required CutoutWindow Up { get; init; }

    /// <summary>The position of the object in the cube.</summary>
    internal required ImagePosition<Cube> At { get; init; }

    /// <summary>WCS cards of the white-light image.</summary>
    internal required string WcsCards { get; init; }

    /// <summary>The side of a square with the area of a spaxel, arcsec.</summary>
    internal double SpaxelSizeArcsec => Math.Sqrt(aperture.SpaxelArcsec2);

    /// <summary>Whether any channel has a valid spaxel in the aperture.</summary>
    internal bool IsMeasured => Array.Exists(weight, w => w > 0);

    /// <summary>The valid fraction of the aperture's weight, averaged over all channels.</summary>
    internal double ValidFraction => weight.Average() / aperture.TotalWeight;

    /// <summary>Measures one object.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="name">The name of the object in messages.</param>
    /// <param name="at">The cube, and the position of the object in it.</param>
    /// <param name="sky">The cube's celestial WCS.</param>
    /// <param name="images">The images of the cube.</param>
    /// <param name="cancellationToken">Cancels the measurement between two slabs.</param>
    /// <exception cref="FitsException">The voxels are unreadable.</exception>
    internal static ObjectSpectrum Measure(CubeRecipe recipe, string name, ImagePosition<Cube> at, Wcs sky, CubeImages images,
        CancellationToken cancellationToken)
    {
        (Cube cube, double x, double y) = at;
        CutoutWindow across = CutoutWindow.About(x, recipe.ImageSize, cube.Width),
            up = CutoutWindow.About(y, recipe.ImageSize, cube.Height);
        Aperture circle = Aperture.About(x, y, sky.JacobianAt(x, y), recipe.RadiusArcsec, recipe.Method);
        ObjectSpectrum spectrum = new(recipe, cube, circle, images)
        {
            Name = name,
            Across = across,
            Up = up,
            At = at,
            WcsCards = sky.CutoutText(across.Start, up.Start),
        };
        VoxelBox box = spectrum.Box();
        int step = Math.Clamp(SlabVoxels / box.PlaneLength, 1, cube.WavelengthAngstrom.Length);
        double[] flux = new double[box.PlaneLength * step], noise = new double[images.HasNoise ? flux.Length : 0],
            lsf = new double[images.HasLsfOfVoxels ? flux.Length : 0];
        long[] bits = new long[recipe.Companions.Mask is null ? 0 : flux.Length];
        for (int channel = 0; channel < cube.WavelengthAngstrom.Length; channel += step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            VoxelBox slab = box.At(channel, Math.Min(step, cube.WavelengthAngstrom.Length - channel));
            images.Read(slab, flux, noise, bits);
            spectrum.AddAperture(slab, flux, noise);
            spectrum.AddWhiteLight(slab, flux, noise);
            if (images.HasLsfOfVoxels)
            {
                images.ReadLsf(slab, lsf);
                spectrum.AddLsf(slab, flux, lsf);
            }
        }
        spectrum.RequireBeams();
        return spectrum;
    }

    /// <summary>Writes the spectrum: flux, inverse variance and mask as the format defines them, and the valid fraction of the aperture in
    /// each channel.</summary>
    /// <exception cref="SchemaMismatchException">A value is out of the range of float32.</exception>
    internal void CopySpectrum(Span<float> flux, Span<float> ivar, Span<bool> isBad, Span<float> validFraction)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            double factor = cube.SumFactor(aperture.SpaxelArcsec2, i);
            bool isEmpty = weight[i] == 0;
            flux[i] = isEmpty ? float.NaN : ToFloat32(sum[i] * factor, cube.WavelengthAngstrom[i]);
            isBad[i] = weight[i] < aperture.TotalWeight * FullWeight;
            validFraction[i] = (float)(weight[i] / aperture.TotalWeight);
            if (hasNoise)
                ivar[i] = isEmpty ? 0 : ToFloat32(1 / (variance[i] * Math.Pow(factor * ErrorFactor(weight[i]), 2)),
                    cube.WavelengthAngstrom[i]);
        }
    }

    /// <summary>Writes σ of the line-spread function, averaged over the aperture if it differs between voxels.</summary>
    internal void CopyLsf(double[]? sigmaOfChannel, Span<float> sigma)
    {
        for (int i = 0; i < sigma.Length; i++)
            sigma[i] = (float)(sigmaOfChannel?[i] ?? (lsfWeight[i] > 0 ? lsfSum[i] / lsfWeight[i] : double.NaN));
    }

    /// <summary>Writes the white-light image: the mean over the channels.</summary>
    /// <remarks>Pixels outside of the cube have flux 0 and ivar 0 and are bad. Pixels of the cube without a valid channel have flux NaN and
    /// ivar 0 and are bad.</remarks>
    internal void CopyWhiteLight(Span<float> flux, Span<float> ivar, Span<bool> isGood)
    {
        int size = recipe.ImageSize;
        for (int i = 0; i < whiteSum.Length; i++)
        {
            int n = whiteCount[i];
            bool isOnCube = i % size >= Across.Skip && i % size < Across.Skip + Across.Count && i / size >= Up.Skip
                && i / size < Up.Skip + Up.Count;
            flux[i] = n > 0 ? ToFloat32(whiteSum[i] / n, double.NaN) : isOnCube ? float.NaN : 0;
            isGood[i] = n > 0;
            if (hasNoise)
                ivar[i] = n > 0 ? ToFloat32((double)n * n / whiteVariance[i], double.NaN) : 0;
        }
    }

    /// <summary>Law et al. 2016, AJ 152, 83, §9.3: errors of a sum over N spaxels of MaNGA are 1 + 1.62·log10 N times those without
    /// covariance, up to N = 100.</summary>
    private double ErrorFactor(double spaxels) => recipe.Covariance is ApertureCovariance.Manga
        ? 1 + (1.62 * Math.Log10(Math.Clamp(spaxels, 1, 100))) : 1;

    /// <summary>Channels without data may have no beam.</summary>
    private void RequireBeams()
    {
        for (int i = 0; i < cube.BeamArcsec2.Length; i++)
            if (weight[i] > 0 && double.IsNaN(cube.BeamArcsec2[i]))
                throw new FitsException(cube.Path, null,
                    string.Create(CultureInfo.InvariantCulture,
                        $"channel {(cube.Axes.IsReversed ? weight.Length - 1 - i : i)} has valid voxels, but BMAJ and BMIN of its row in ")
                    + "the table BEAMS are not above 0. Correct the table, or set the voxels of this channel to NaN.");
    }

    /// <summary>Returns the part of the cube that covers the aperture and the image.</summary>
    private VoxelBox Box()
    {
        long left = Across.Start + Across.Skip, right = left + Across.Count - 1, low = Up.Start + Up.Skip, high = low + Up.Count - 1;
        foreach (WeightedSpaxel s in aperture.Spaxels)
            (left, right, low, high) = (Math.Min(left, s.X), Math.Max(right, s.X), Math.Min(low, s.Y), Math.Max(high, s.Y));
        (left, right, low, high) = (Math.Max(left, 0), Math.Min(right, cube.Width - 1), Math.Max(low, 0), Math.Min(high, cube.Height - 1));
        return new((int)left, (int)low, 0, (int)(right - left + 1), (int)(high - low + 1), 0);
    }

    private void AddAperture(VoxelBox slab, ReadOnlySpan<double> flux, ReadOnlySpan<double> noise)
    {
        foreach (WeightedSpaxel spaxel in aperture.Spaxels)
        {
            if (slab.IndexOf(spaxel.X, spaxel.Y) is not (>= 0 and var index))
                continue;
            double w = spaxel.Weight;
            for (int c = 0; c < slab.ChannelCount; c++, index += slab.PlaneLength)
            {
                if (double.IsNaN(flux[index]))
                    continue;
                sum[slab.Channel + c] += w * flux[index];
                weight[slab.Channel + c] += w;
                if (hasNoise)
                    variance[slab.Channel + c] += w * w * noise[index];
            }
        }
    }

    private void AddWhiteLight(VoxelBox slab, ReadOnlySpan<double> flux, ReadOnlySpan<double> noise)
    {
        int first = Math.Max(cube.WhiteLight.First, slab.Channel),
            end = Math.Min(cube.WhiteLight.First + cube.WhiteLight.Count, slab.Channel + slab.ChannelCount);
        for (int channel = first; channel < end; channel++)
            for (int y = 0; y < Up.Count; y++)
                for (int x = 0; x < Across.Count; x++)
                {
                    int index = ((channel - slab.Channel) * slab.PlaneLength) + slab.IndexOf(Across.Start + Across.Skip + x,
                        Up.Start + Up.Skip + y);
                    int pixel = ((Up.Skip + y) * recipe.ImageSize) + Across.Skip + x;
                    if (double.IsNaN(flux[index]))
                        continue;
                    whiteSum[pixel] += flux[index];
                    whiteCount[pixel]++;
                    if (hasNoise)
                        whiteVariance[pixel] += noise[index];
                }
    }

    private void AddLsf(VoxelBox slab, ReadOnlySpan<double> flux, ReadOnlySpan<double> lsf)
    {
        foreach (WeightedSpaxel spaxel in aperture.Spaxels)
        {
            if (slab.IndexOf(spaxel.X, spaxel.Y) is not (>= 0 and var index))
                continue;
            for (int c = 0; c < slab.ChannelCount; c++, index += slab.PlaneLength)
                if (!double.IsNaN(flux[index]) && !double.IsNaN(lsf[index]))
                {
                    lsfSum[slab.Channel + c] += spaxel.Weight * lsf[index];
                    lsfWeight[slab.Channel + c] += spaxel.Weight;
                }
        }
    }

    private float ToFloat32(double value, double wavelengthAngstrom) => Math.Abs(value) <= float.MaxValue ? (float)value
        : throw new SchemaMismatchException(cube.Path, null,
            string.Create(CultureInfo.InvariantCulture,
                $"HDU {cube.Header.Hdu}, {Name}: {value:R}{(double.IsNaN(wavelengthAngstrom) ? "" : $" at {wavelengthAngstrom:R} Å")} is "
                + $"out of the range of float32"),
                "Set 'scale' and 'unit' in the recipe's source: fluxes of 1e-20 have inverse variances of 1e40");
}
