namespace Pile.Format;

/// <summary>A dataset has a newer major version of the format than this program supports.</summary>
public sealed class VersionNotSupportedException(string dataset, string version)
    : PileException($"Dataset '{dataset}' has format version {version}; this program supports version {FormatVersion.Current.Major}. "
        + "Install a newer version of pile.")
{
    /// <summary>The dataset's format version.</summary>
    public string Version { get; } = version;
}
