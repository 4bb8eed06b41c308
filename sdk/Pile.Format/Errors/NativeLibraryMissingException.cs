namespace Pile.Format;

/// <summary>A native library is not installed, or is not compatible.</summary>
/// <param name="library">The name of the missing file, for example <c>libcfitsio.so.10</c>.</param>
/// <param name="remedy">How to install it, for example <c>apt-get install libcfitsio10</c>.</param>
/// <param name="inner">The exception of the loader.</param>
public sealed class NativeLibraryMissingException(string library, string remedy, Exception? inner = null)
    : PileException($"The native library '{library}' is missing or not compatible. {remedy}", inner)
{
    /// <summary>The name of the missing file.</summary>
    public string Library { get; } = library;

    /// <summary>How to install it.</summary>
    public string Remedy { get; } = remedy;
}
