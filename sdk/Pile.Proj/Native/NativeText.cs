using System.Runtime.InteropServices;

namespace Pile.Proj.Native;

/// <summary>Copies texts that PROJ owns.</summary>
internal static unsafe class NativeText
{
    internal static string Name(PjHandle pj) => Marshal.PtrToStringUTF8((nint)ProjNative.NameOf(pj)) ?? "";

    /// <summary>Returns <c>AUTHORITY:code</c>, or null if the object has none.</summary>
    internal static string? AuthorityCode(PjHandle pj)
    {
        byte* authority = ProjNative.AuthorityOf(pj, 0), code = ProjNative.CodeOf(pj, 0);
        return authority is null || code is null ? null
            : $"{Marshal.PtrToStringUTF8((nint)authority)}:{Marshal.PtrToStringUTF8((nint)code)}";
    }

    /// <summary>Returns WKT2:2019 in one line; null if there is no such form.</summary>
    internal static string? Wkt2(ContextHandle context, PjHandle pj)
    {
        fixed (byte* oneLine = "MULTILINE=NO\0"u8)
        {
            byte** options = stackalloc byte*[] { oneLine, null };
            return Marshal.PtrToStringUTF8((nint)ProjNative.AsWkt(context, pj, ProjNative.Wkt2In2019, options));
        }
    }
}
