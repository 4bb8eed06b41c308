namespace Pile.Rasters;

/// <summary>Metadata that CF allows and that is not read.</summary>
internal sealed class CfUnsupportedException(string finding, string remedy) : FormatException(finding)
{
    /// <summary>What to do.</summary>
    internal string Remedy { get; } = remedy;
}
