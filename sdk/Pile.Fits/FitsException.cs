using Pile.Format;

namespace Pile.Fits;

/// <summary>A FITS file can't be read or written as asked: broken, cut short, or of a kind that is not supported.</summary>
/// <param name="path">The file.</param>
/// <param name="hdu">The header-data unit, as <c>1 (COADD)</c>, or null when the whole file is meant.</param>
/// <param name="finding">What was expected, what was found, and what to do next.</param>
/// <param name="inner">What lies beneath, if anything.</param>
internal sealed class FitsException(string path, string? hdu, string finding, Exception? inner = null)
    : PileException(hdu is null ? $"FITS file '{path}': {finding}" : $"FITS file '{path}', HDU {hdu}: {finding}", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>The header-data unit, as <c>1 (COADD)</c>, or null when the whole file is meant.</summary>
    public string? Hdu { get; } = hdu;

    /// <summary>What was expected and what was found.</summary>
    public string Finding { get; } = finding;
}
