using System.Reflection;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Codecs.Native;

/// <summary>The functions of libdeflate.h that Pile uses.</summary>
internal static partial class DeflateNative
{
    private const string Library = "deflate";

    /// <summary>The file names and packages of libdeflate.</summary>
    internal static SystemLibrary Files { get; } = new()
    {
        Name = "libdeflate",
        Variable = "PILE_DEFLATE_LIBRARY",
        FileNames = ["libdeflate.so.0"],
        Packages = new("libdeflate0", "libdeflate0", "libdeflate0", "libdeflate0", "libdeflate", "libdeflate"),
    };

    private static readonly Lazy<bool> Installed = new(() => Files.IsInstalled());

    /// <summary>True if libdeflate is used: it is installed, or the user specifies a file. The search is made once.</summary>
    internal static bool IsInstalled => Installed.Value;

    static DeflateNative() => NativeLibrary.SetDllImportResolver(typeof(DeflateNative).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "libdeflate_adler32")]
    internal static partial uint Adler32(uint adler, ReadOnlySpan<byte> source, nuint sourceBytes);

    [LibraryImport(Library, EntryPoint = "libdeflate_alloc_decompressor")]
    internal static partial DecompressorHandle AllocDecompressor();

    /// <summary>Without an output for the actual size (null), any size other than the destination's is an error.</summary>
    [LibraryImport(Library, EntryPoint = "libdeflate_zlib_decompress")]
    internal static partial DeflateResult ZlibDecompress(DecompressorHandle decompressor, ReadOnlySpan<byte> source, nuint sourceBytes,
        Span<byte> destination, nuint destinationBytes, nint actualBytes);

    /// <summary>With an output for the actual size, the result may be shorter than the destination.</summary>
    [LibraryImport(Library, EntryPoint = "libdeflate_zlib_decompress")]
    internal static partial DeflateResult ZlibDecompress(DecompressorHandle decompressor, ReadOnlySpan<byte> source, nuint sourceBytes,
        Span<byte> destination, nuint destinationBytes, out nuint actualBytes);

    [LibraryImport(Library, EntryPoint = "libdeflate_free_decompressor")]
    internal static partial void FreeDecompressor(nint decompressor);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == Library ? Files.Load() : 0;
}

/// <summary>enum libdeflate_result.</summary>
internal enum DeflateResult
{
    Success = 0,
    BadData = 1,
    ShortOutput = 2,
    InsufficientSpace = 3,
}

/// <summary>A libdeflate decompressor. Not thread-safe.</summary>
internal sealed class DecompressorHandle() : SafeHandle(invalidHandleValue: 0, ownsHandle: true)
{
    public override bool IsInvalid => handle is 0;

    protected override bool ReleaseHandle()
    {
        DeflateNative.FreeDecompressor(handle);
        return true;
    }
}
