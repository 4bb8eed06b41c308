using System.Runtime.InteropServices;

namespace Pile.Fits.Native;

internal static unsafe partial class FitsNative
{
    // "disk": the name is taken literally
    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffdkinit", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Create(out FitsFileHandle file, string path, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffcrim")]
    internal static partial int CreateImage(FitsFileHandle file, int bitpix, int axisCount, long* axes, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffppr")] // elements start at 1
    internal static partial int WritePixels(FitsFileHandle file, int type, long first, long count, void* pixels, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffcrtb", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int CreateTable(FitsFileHandle file, int kind, long rowCount, int columnCount, string[] names, string[] forms,
        string[] units, string? name, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffprec", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int WriteCard(FitsFileHandle file, string card, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffmcom", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ChangeComment(FitsFileHandle file, string keyword, string comment, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffpcl")] // column, row and element start at 1
    internal static partial int WriteColumn(FitsFileHandle file, int type, int column, long firstRow, long firstElement, long count,
        void* values, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffpclu")] // writes nulls; undefined for a logical column
    internal static partial int WriteNulls(FitsFileHandle file, int column, long firstRow, long firstElement, long count, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffdkey", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int DeleteKey(FitsFileHandle file, string name, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffukyj", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int UpdateKey(FitsFileHandle file, string name, long value, string? comment, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffptbb")]
    internal static partial int WriteTableBytes(FitsFileHandle file, long firstRow, long firstByte, long count, byte* bytes,
        ref int status);
}
