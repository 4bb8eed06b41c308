using System.Collections.Frozen;
using Pile.Builders.Sources.SkyImages;
using Pile.Fits;

namespace Pile.Builders.Sources.Cube;

/// <summary>The usual names of the HDUs with the noise and the mask of an image.</summary>
internal static class CompanionNames
{
    private static readonly FrozenDictionary<string, NoiseKind> NoiseNames = new Dictionary<string, NoiseKind>
    {
        ["IVAR"] = NoiseKind.Ivar,
        ["INVVAR"] = NoiseKind.Ivar,
        ["STAT"] = NoiseKind.Variance,
        ["VAR"] = NoiseKind.Variance,
        ["VARIANCE"] = NoiseKind.Variance,
        ["ERR"] = NoiseKind.Rms,
        ["ERROR"] = NoiseKind.Rms,
        ["ERRORS"] = NoiseKind.Rms,
        ["UNCERT"] = NoiseKind.Rms,
        ["UNCERTAINTY"] = NoiseKind.Rms,
        ["RMS"] = NoiseKind.Rms,
        ["SIGMA"] = NoiseKind.Rms,
        ["STD"] = NoiseKind.Rms,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> MaskNames =
        new[] { "MASK", "DQ", "QUALITY", "BADPIX", "FLAGS", "BPM" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // FITS conventions of ESO and SDSS: HDUCLAS3 of an HDU that ERRDATA names.
    private static readonly FrozenDictionary<string, NoiseKind> NoiseClasses = new Dictionary<string, NoiseKind>
    {
        ["INVMSE"] = NoiseKind.Ivar,
        ["MSE"] = NoiseKind.Variance,
        ["RMSE"] = NoiseKind.Rms,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    // Further words in the names of HDUs that describe a cube.
    private static readonly FrozenSet<string> OtherNames = new[] { "NOISE", "WEIGHT", "WEIGHTS", "ERRWEIGHT", "WHT", "WMAP", "EXP",
        "EXPOSURE", "EXPTIME", "COV", "COVAR", "COVARIANCE", "LSF", "WAVE", "WAVELENGTH", "LAMBDA", "DISP", "PSF", "FIBCOVER" }
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds the noise of an image: the HDU that ERRDATA names, otherwise one named <c>IVAR</c>, <c>STAT</c> … or
    /// <c>&lt;image&gt;_IVAR</c> ….</summary>
    /// <param name="file">The file.</param>
    /// <param name="image">The image.</param>
    /// <param name="isSingle">True if names without that of the image count, too.</param>
    internal static (FitsHdu Hdu, NoiseKind Kind)? Noise(FitsFile file, FitsHdu image, bool isSingle)
    {
        if (image.Header.GetText("ERRDATA")?.Trim() is { Length: > 0 } name && file.TryHdu(name, out FitsHdu? named)
            && (NoiseClasses.TryGetValue(named.Header.GetText("HDUCLAS3")?.Trim() ?? "", out NoiseKind kind)
                || NoiseNames.TryGetValue(Suffix(named, image), out kind) || NoiseNames.TryGetValue(named.Name, out kind)))
            return (named, kind);
        foreach (FitsHdu hdu in Images(file, image))
            if (NoiseNames.TryGetValue(Suffix(hdu, image), out kind) || (isSingle && NoiseNames.TryGetValue(hdu.Name, out kind)))
                return (hdu, kind);
        return null;
    }

    /// <summary>Finds the mask of an image: the HDU that QUALDATA names, otherwise one named <c>MASK</c>, <c>DQ</c> … or
    /// <c>&lt;image&gt;_MASK</c> …, with integers.</summary>
    /// <inheritdoc cref="Noise"/>
    internal static FitsHdu? Mask(FitsFile file, FitsHdu image, bool isSingle)
    {
        if (image.Header.GetText("QUALDATA")?.Trim() is { Length: > 0 } name && file.TryHdu(name, out FitsHdu? named))
            return named;
        return Images(file, image).FirstOrDefault(hdu => hdu.Header.GetInt64("BITPIX") > 0
            && (MaskNames.Contains(Suffix(hdu, image)) || (isSingle && MaskNames.Contains(hdu.Name))));
    }

    /// <summary>Returns whether an HDU is named as the noise or the mask of another one of its file.</summary>
    internal static bool IsCompanion(FitsFile file, FitsHdu hdu) => hdu.Header.Contains("SCIDATA")
        || (hdu.Name.LastIndexOf('_') is > 0 and var last && file.TryHdu(hdu.Name[..last], out _)
            && (NoiseNames.ContainsKey(hdu.Name[(last + 1)..]) || MaskNames.Contains(hdu.Name[(last + 1)..])));

    /// <summary>Returns whether a word in the name of an HDU says that it describes another image: <c>IFU.1.NOISE</c>.</summary>
    internal static bool IsNamedAsCompanion(FitsHdu hdu) => hdu.Name.Split('_', '.', '-', ' ').Any(word =>
        NoiseNames.ContainsKey(word) || MaskNames.Contains(word) || OtherNames.Contains(word));

    private static IEnumerable<FitsHdu> Images(FitsFile file, FitsHdu image) =>
        file.Hdus.Where(h => h.Kind is FitsHduKind.Image && h.Axes.Count > 0 && h.Index != image.Index);

    private static string Suffix(FitsHdu hdu, FitsHdu image) => image.Name.Length > 0
        && hdu.Name.StartsWith(image.Name + "_", StringComparison.OrdinalIgnoreCase) ? hdu.Name[(image.Name.Length + 1)..] : "";
}
