namespace Pile.Format;

/// <summary>A native library that Pile calls is not on this machine, or does not fit.</summary>
/// <param name="library">The file that was looked for, for example <c>libhdf5_serial.so.103</c>.</param>
/// <param name="remedy">How to get it, for example <c>apt-get install libhdf5-103-1</c>.</param>
/// <param name="inner">What the loader said.</param>
public sealed class NativeLibraryMissingException(string library, string remedy, Exception? inner = null)
    : PileException($"The native library '{library}' is missing or does not fit this machine. {remedy}", inner)
{
    /// <summary>The file that was looked for.</summary>
    public string Library { get; } = library;

    /// <summary>How to get it.</summary>
    public string Remedy { get; } = remedy;
}
