namespace Pile.Format;

/// <summary>A dataset is of a newer major version of the format than this program reads.</summary>
public sealed class VersionNotSupportedException(string dataset, string version)
    : PileException($"Dataset '{dataset}' is of format version {version}; this program reads version {FormatVersion.Current.Major}. Get a "
        + "newer pile.")
{
    /// <summary>The dataset's format version.</summary>
    public string Version { get; } = version;
}
