using Pile.Format;

namespace Pile.Fits;

/// <summary>A FITS file cannot be read or written: it is corrupt, truncated, or of an unsupported kind.</summary>
/// <param name="path">The file.</param>
/// <param name="hdu">The header-data unit, as <c>1 (COADD)</c>; null if the error concerns the file.</param>
/// <param name="finding">What was expected, what was found, and what to do next.</param>
/// <param name="inner">The underlying exception, if any.</param>
internal sealed class FitsException(string path, string? hdu, string finding, Exception? inner = null)
    : PileException(hdu is null ? $"FITS file '{path}': {finding}" : $"FITS file '{path}', HDU {hdu}: {finding}", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>The header-data unit, as <c>1 (COADD)</c>; null if the error concerns the file.</summary>
    public string? Hdu { get; } = hdu;

    /// <summary>What was expected and what was found.</summary>
    public string Finding { get; } = finding;

    /// <summary>The field of an ASCII table that is not valid; null for other errors. The rows before it have been read.</summary>
    internal FitsField? Field { get; init; }
}
