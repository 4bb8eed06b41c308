using Pile.Format;

namespace Pile.Hdf5;

/// <summary>An HDF5 file cannot be read or written; the message includes the library's error if it reports one.</summary>
/// <param name="filePath">The file.</param>
/// <param name="item">The dataset, group or attribute; null if the error concerns the file.</param>
/// <param name="finding">What was found.</param>
/// <param name="inner">The underlying exception, if any.</param>
internal sealed class Hdf5Exception(string filePath, string? item, string finding, Exception? inner = null)
    : PileException(item is null ? $"HDF5 file '{filePath}': {finding}" : $"HDF5 file '{filePath}', '{item}': {finding}", inner)
{
    /// <summary>The file.</summary>
    public string FilePath { get; } = filePath;

    /// <summary>The dataset, group or attribute; null if the error concerns the file.</summary>
    public string? Item { get; } = item;

    /// <summary>What was found, without the file and the item.</summary>
    internal string Finding { get; } = finding;

    /// <summary>True if the file is valid HDF5 but uses a structure that Pile's format does not allow.</summary>
    internal bool IsUnsupported { get; init; }
}
