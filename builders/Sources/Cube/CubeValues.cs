using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Cube;

/// <summary>The columns of one cube with an element per voxel or per channel.</summary>
internal sealed class CubeValues(CubeFile file, Voxels voxels)
{
    private static readonly Modality Cube = Modality.Get("cube");
    private static readonly bool[] IsMissing = [true];
    private static readonly ImmutableArray<int> PerVoxel = [ColumnSchema.Ragged, ColumnSchema.Ragged, ColumnSchema.Ragged],
        PerChannel = [ColumnSchema.Ragged];

    /// <summary>Reads the columns.</summary>
    /// <exception cref="PileException">An image is unreadable, or a value is out of range after its conversion.</exception>
    internal IEnumerable<ColumnData> Read()
    {
        FitsImage image = file.Hdu.Image();
        yield return Voxels.IsFloat32(image) ? Flux<float>(image) : Flux<double>(image);
        yield return Wavelengths();
        if (file.Spectrum.Native is { } native)
        {
            yield return new ColumnData<double>(Cube.Find("cube_spectral_axis")!.With(DType.Float64, PerChannel), native.Values,
                [native.Values.Length]);
            yield return TextColumnData.From(Cube.Find("cube_spectral_type")!.With(DType.String, []), [native.Type]);
            yield return TextColumnData.From(Cube.Find("cube_spectral_unit")!.With(DType.String, []), [native.Unit ?? ""]);
        }
        if (file.Noise is var (noise, kind))
            yield return Ivar(noise.Image(), kind);
        if (file.Mask is { } mask)
            yield return Mask(mask.Image());
        if (file.Recipe.Lsf is { } lsf)
            yield return new ColumnData<float>(Cube.Find("cube_lsf_sigma")!.With(DType.Float32, PerVoxel), LsfSigma(lsf), voxels.Shape);
    }

    private ColumnData<T> Flux<T>(FitsImage image) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Memory<T> values = voxels.Read<T>(image);
        foreach (ref T stored in file.Factor == 1 ? [] : values.Span)
        {
            double value = double.CreateTruncating(stored) * file.Factor;
            stored = T.CreateTruncating(value);
            if (T.IsInfinity(stored) && double.IsFinite(value))
                throw OutOfRange(image.Header, "value", value.ToString("R", CultureInfo.InvariantCulture));
        }
        return new(Cube.Find("cube_flux")!.With(DTypes.Of<T>(), PerVoxel, file.Unit), values, voxels.Shape);
    }

    private ColumnData<double> Wavelengths()
    {
        double[]? wavelengths = file.Spectrum.WavelengthAngstrom;
        return new(Cube.Find("cube_lambda")!.With(DType.Float64, PerChannel) with { Nullable = wavelengths is null }, wavelengths ?? [],
            [wavelengths?.Length ?? 0], wavelengths is null ? IsMissing : default);
    }

    private ColumnData Ivar(FitsImage image, NoiseKind kind)
    {
        // Variances of 1e-40, as of fluxes of 1e-20, have inverses that only float64 can represent.
        if (Voxels.IsFloat32(image) && voxels.Read<float>(image) is var single
            && InverseVariance.TryConvert(single.Span, kind, file.Factor, file.NoiseFactor) is null)
            return Of(single);
        Memory<double> values = voxels.Read<double>(image);
        return InverseVariance.TryConvert(values.Span, kind, file.Factor, file.NoiseFactor) is { } bad
            ? throw OutOfRange(image.Header, "inverse variance", bad) : Of(values);

        ColumnData<T> Of<T>(Memory<T> ivar) where T : unmanaged => new(Cube.Find("cube_ivar")!.With(DTypes.Of<T>(), PerVoxel,
            file.Unit is { } unit ? InverseSquareUnit.Of(unit) : null), ivar, voxels.Shape);
    }

    private ColumnData Mask(FitsImage image)
    {
        return image.Type switch
        {
            FitsType.UInt8 => Of(voxels.ReadIntegers<byte>(image)),
            FitsType.Int8 or FitsType.Int16 => Of(voxels.ReadIntegers<short>(image)),
            FitsType.UInt16 => Of(voxels.ReadIntegers<ushort>(image)),
            FitsType.Int32 => Of(voxels.Read<int>(image)),
            FitsType.UInt32 => Of(voxels.ReadIntegers<uint>(image)),
            _ => Of(voxels.Read<long>(image)),
        };

        ColumnData<T> Of<T>(Memory<T> bits) where T : unmanaged =>
            new(Cube.Find("cube_mask")!.With(DTypes.Of<T>(), PerVoxel) with { MaskBits = file.Recipe.MaskBits }, bits, voxels.Shape);
    }

    private Memory<float> LsfSigma(LsfRecipe lsf)
    {
        int channels = (int)file.Axes.ChannelCount, plane = (int)(file.Axes.Width * file.Axes.Height);
        FitsHdu? hdu = lsf.Hdu is { } name ? file.Find(name) : null;
        double[]? wavelengths = file.Spectrum.WavelengthAngstrom;
        if (wavelengths is null && (hdu is null || lsf.Kind is LsfKind.Resolution))
            throw new SchemaMismatchException(file.Path, null, "the line-spread function depends on the wavelengths, which are unknown",
                "Remove 'lsf' from the recipe's source, or leave out this file");
        bool isPerVoxel = hdu is { Kind: FitsHduKind.Image } && hdu.Axes.SequenceEqual(file.Axes.Lengths);
        double[]? ofChannel = hdu is null || isPerVoxel ? null : WavelengthHdu.ReadImage(file.File, hdu, channels).Values;
        Memory<float> sigma = isPerVoxel ? voxels.Read<float>(hdu!.Image()) : voxels.Allocate<float>(file.Hdu.Image());
        for (int channel = 0; channel < channels; channel++)
        {
            double wavelength = wavelengths?[channel] ?? double.NaN;
            Span<float> own = sigma.Span.Slice(channel * plane, plane);
            if (!isPerVoxel)
                own.Fill((float)lsf.SigmaAngstrom(ofChannel?[channel] ?? lsf.At(wavelength), wavelength));
            else
                foreach (ref float value in own)
                    value = (float)lsf.SigmaAngstrom(value, wavelength);
        }
        return sigma;
    }

    private SchemaMismatchException OutOfRange(FitsHeader header, string quantity, string value) => new(file.Path, null,
        $"HDU {header.Hdu}: the {quantity} {value} is out of range in the unit '{file.Unit}'",
        "Set 'unit' in the recipe's source to a unit with a factor, for example 10**-17 erg s-1 cm-2 Angstrom-1");
}
