using System.Reflection;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Rasters.Native;

/// <summary>The functions of zstd.h that Pile uses.</summary>
internal static partial class ZstdNative
{
    private const string Library = "zstd";

    /// <summary>The file names and packages of libzstd.</summary>
    internal static SystemLibrary Files { get; } = new()
    {
        Name = "libzstd",
        Variable = "PILE_ZSTD_LIBRARY",
        FileNames = ["libzstd.so.1"],
        Packages = new("libzstd1", "libzstd1", "libzstd1", "libzstd1", "libzstd", "zstd"),
    };

    private static readonly Lazy<bool> Installed = new(() => Files.IsInstalled());

    /// <summary>True if libzstd is used: it is installed, or the user specifies a file. The search is made once.</summary>
    internal static bool IsInstalled => Installed.Value;

    static ZstdNative() => NativeLibrary.SetDllImportResolver(typeof(ZstdNative).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    internal static partial ZstdHandle CreateContext();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    internal static partial nuint FreeContext(nint context);

    /// <summary>Returns the number of bytes written, or an error code.</summary>
    [LibraryImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    internal static partial nuint Decompress(ZstdHandle context, Span<byte> destination, nuint destinationBytes, ReadOnlySpan<byte> source,
        nuint sourceBytes);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    internal static partial uint IsError(nuint code);

    /// <summary>Returns a static text.</summary>
    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    internal static partial nint ErrorName(nuint code);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == Library ? Files.Load() : 0;
}

/// <summary>A zstd decompression context. Not thread-safe.</summary>
internal sealed class ZstdHandle() : SafeHandle(invalidHandleValue: 0, ownsHandle: true)
{
    public override bool IsInvalid => handle is 0;

    protected override bool ReleaseHandle()
    {
        ZstdNative.FreeContext(handle);
        return true;
    }
}
