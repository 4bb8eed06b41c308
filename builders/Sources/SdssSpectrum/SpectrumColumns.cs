using Pile.Format;

namespace Pile.Builders.Sources.SdssSpectrum;

/// <summary>Reads COADD as columns: the standard columns of the modality, and native columns under their own names.</summary>
internal static class SpectrumColumns
{
    private const string FluxUnit = "10**-17 erg s-1 cm-2 Angstrom-1";
    private const string IvarUnit = "10**34 erg-2 s2 cm4 Angstrom2";

    /// <summary>The limit of the Multimodal Universe: pixels with a smaller inverse variance are bad.</summary>
    private const float MinIvar = 1e-6f;

    /// <summary>The pixel size of SDSS coadds in log10 λ.</summary>
    private const double PixelDex = 1e-4;

    internal static IEnumerable<ColumnData> Read(SpecFile file)
    {
        float[] flux = file.ReadCoadd<float>("flux"), ivar = file.ReadCoadd<float>("ivar"), loglam = file.ReadCoadd<float>("loglam"),
            wdisp = file.ReadCoadd<float>("wdisp");
        int[] andMask = file.ReadCoadd<int>("and_mask");
        double pixelDex = file.Primary.GetFloat64("COEFF1") ?? PixelDex;
        return
        [
            Standard("spectrum_flux", flux, FluxUnit),
            Standard("spectrum_ivar", ivar, IvarUnit),
            Standard("spectrum_lambda", LambdaAngstrom(loglam)),
            Standard("spectrum_mask", IsBad(andMask, ivar)),
            Standard("spectrum_lsf_sigma", LsfSigmaAngstrom(wdisp, loglam, pixelDex)),
            Native("and_mask", andMask, "", "mask bits set in every exposure", MaskPolarity.ZeroIsGood),
            Native("or_mask", file.ReadCoadd<int>("or_mask"), "", "mask bits set in any exposure", MaskPolarity.ZeroIsGood),
            Native("wdisp", wdisp, "pix", "σ of the line-spread function in pixels of 1e-4 dex; 0 where it is not known"),
            Native("sky", file.ReadCoadd<float>("sky"), FluxUnit, "sky that was subtracted"),
            Native("model", file.ReadCoadd<float>("model"), FluxUnit, "pipeline's best template"),
            Native("loglam", loglam, "log(Angstrom)", "log10 of the vacuum wavelength"),
        ];
    }

    /// <summary>Returns λ = 10^loglam. COEFF0 of the header is not used, because it is off by a pixel in some files.</summary>
    internal static float[] LambdaAngstrom(ReadOnlySpan<float> loglam)
    {
        float[] lambda = new float[loglam.Length];
        for (int i = 0; i < lambda.Length; i++)
            lambda[i] = (float)Math.Pow(10, loglam[i]);
        return lambda;
    }

    /// <summary>Returns true for pixels with a mask bit in every exposure, or without a measurement (ivar too small or NaN).</summary>
    internal static bool[] IsBad(ReadOnlySpan<int> andMask, ReadOnlySpan<float> ivar)
    {
        bool[] isBad = new bool[ivar.Length];
        for (int i = 0; i < isBad.Length; i++)
            isBad[i] = andMask[i] != 0 || !(ivar[i] > MinIvar);
        return isBad;
    }

    /// <summary>Returns σ = wdisp · Δlog λ · ln 10 · λ; NaN if wdisp is 0, which means unknown.</summary>
    internal static float[] LsfSigmaAngstrom(ReadOnlySpan<float> wdispPixels, ReadOnlySpan<float> loglam, double pixelDex)
    {
        float[] sigma = new float[loglam.Length];
        for (int i = 0; i < sigma.Length; i++)
            sigma[i] = wdispPixels[i] == 0 ? float.NaN : (float)(wdispPixels[i] * pixelDex * Math.Log(10) * Math.Pow(10, loglam[i]));
        return sigma;
    }

    private static ColumnData<T> Standard<T>(string name, T[] values, string? unit = null) where T : unmanaged =>
        new(Modality.Get("spectrum").Find(name)!.With(DTypes.Of<T>(), [ColumnSchema.Ragged], unit), values, [values.Length]);

    private static ColumnData<T> Native<T>(string name, T[] values, string unit, string description, MaskPolarity? polarity = null)
        where T : unmanaged =>
        new(new ColumnSchema
        {
            Name = name,
            DType = DTypes.Of<T>(),
            Shape = [ColumnSchema.Ragged],
            Storage = ColumnStorage.Heavy,
            Unit = unit,
            Description = description,
            MaskPolarity = polarity,
        }, values, [values.Length]);
}
