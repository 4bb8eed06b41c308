using System.Runtime.InteropServices;

namespace Pile.Fits.Native;

internal static unsafe partial class FitsNative
{
    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffmahd")] // HDU numbers start at 1
    internal static partial int MoveToHdu(FitsFileHandle file, int number, out int type, ref int status);

    // resets the parameters of a compressed image, including the size of its tiles: only between two HDUs
    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "fits_unset_compression_param")]
    internal static partial int UnsetCompression(FitsFileHandle file, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffghadll")]
    internal static partial int HduAddresses(FitsFileHandle file, out long headerStart, out long dataStart, out long dataEnd,
        ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffhdr2str")] // the caller frees the text
    internal static partial int HeaderText(FitsFileHandle file, int excludeComments, nint excluded, int excludedCount, out byte* text,
        out int cardCount, ref int status);

    // as above, with the header of a compressed image converted to the image's
    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffcnvthdr2str")]
    internal static partial int ImageHeaderText(FitsFileHandle file, int excludeComments, nint excluded, int excludedCount, out byte* text,
        out int cardCount, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "fffree")]
    internal static partial int Free(void* memory, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "fits_is_compressed_image")]
    internal static partial int IsCompressedImage(FitsFileHandle file, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffmbyt")]
    internal static partial int MoveToByte(FitsFileHandle file, long position, int ignoreEndOfFile, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffgbyt")]
    internal static partial int ReadBytes(FitsFileHandle file, long count, byte* destination, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffgsv")] // corners are 1-based and inclusive
    internal static partial int ReadImage(FitsFileHandle file, int type, long* first, long* last, long* step, void* nullValue,
        void* destination, int* anyNull, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffgpxv")] // counted from 1; those that follow in the file
    internal static partial int ReadPixels(FitsFileHandle file, int type, long* first, long count, void* nullValue, void* destination,
        int* anyNull, ref int status);
}

/// <summary>cfitsio's codes of the types in memory.</summary>
internal static class NativeType
{
    internal const int UInt8 = 11, Text = 16, UInt16 = 20, Int16 = 21, UInt32 = 30, Int32 = 31, Float32 = 42, UInt64 = 80, Int64 = 81,
        Float64 = 82;
    internal const int Int8 = 12, Logical = 14, Bit = 1, Long = 41;
}
