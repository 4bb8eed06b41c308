using System.Runtime.InteropServices;

namespace Pile.Rsvg.Native;

/// <summary>The functions of librsvg 2.46 or later, of Cairo 1.10 and of GLib that drawing a document needs.</summary>
internal static unsafe partial class RsvgNative
{
    /// <summary>CAIRO_FORMAT_ARGB32: 32 bits in the machine's byte order, premultiplied.</summary>
    internal const int FormatArgb32 = 0;

    static RsvgNative() => RsvgLibraries.EnsureResolved();

    /// <summary>RsvgRectangle.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Rectangle
    {
        internal double X, Y, Width, Height;
    }

    /// <summary>GError.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Error
    {
        internal uint Domain;
        internal int Code;
        internal byte* Message;
    }

    [LibraryImport(RsvgLibraries.Rsvg, EntryPoint = "rsvg_handle_new_from_data")]
    internal static partial RsvgHandle NewFromData(byte* data, nuint bytes, Error** error);

    [LibraryImport(RsvgLibraries.Rsvg, EntryPoint = "rsvg_handle_render_document")]
    internal static partial int RenderDocument(RsvgHandle handle, ContextHandle cairo, in Rectangle viewport, Error** error);

    [LibraryImport(RsvgLibraries.Objects, EntryPoint = "g_object_unref")]
    internal static partial void Unref(nint instance);

    [LibraryImport(RsvgLibraries.GLib, EntryPoint = "g_error_free")]
    internal static partial void FreeError(Error* error);

    [LibraryImport(RsvgLibraries.Cairo, EntryPoint = "cairo_image_surface_create")]
    internal static partial SurfaceHandle CreateSurface(int format, int width, int height);

    [LibraryImport(RsvgLibraries.Cairo, EntryPoint = "cairo_surface_status")]
    internal static partial int SurfaceStatus(SurfaceHandle surface);

    [LibraryImport(RsvgLibraries.Cairo, EntryPoint = "cairo_create")]
    internal static partial ContextHandle CreateContext(SurfaceHandle surface);

    [LibraryImport(RsvgLibraries.Cairo, EntryPoint = "cairo_destroy")]
    internal static partial void DestroyContext(nint cairo);

    [LibraryImport(RsvgLibraries.Cairo, EntryPoint = "cairo_surface_flush")]
    internal static partial void Flush(SurfaceHandle surface);

    [LibraryImport(RsvgLibraries.Cairo, EntryPoint = "cairo_image_surface_get_data")]
    internal static partial byte* DataOf(SurfaceHandle surface);

    [LibraryImport(RsvgLibraries.Cairo, EntryPoint = "cairo_image_surface_get_stride")]
    internal static partial int StrideOf(SurfaceHandle surface);

    [LibraryImport(RsvgLibraries.Cairo, EntryPoint = "cairo_surface_destroy")]
    internal static partial void DestroySurface(nint surface);
}
