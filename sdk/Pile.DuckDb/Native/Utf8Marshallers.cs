using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Pile.DuckDb.Native;

/// <summary>Marshals text that DuckDB owns: copied, not freed.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedOut, typeof(BorrowedUtf8Marshaller))]
internal static unsafe class BorrowedUtf8Marshaller
{
    public static string? ConvertToManaged(byte* unmanaged) => Marshal.PtrToStringUTF8((nint)unmanaged);
}

/// <summary>Marshals text that the caller owns: copied, then freed with DuckDB's allocator.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedOut, typeof(OwnedUtf8Marshaller))]
internal static unsafe class OwnedUtf8Marshaller
{
    public static string? ConvertToManaged(byte* unmanaged) => Marshal.PtrToStringUTF8((nint)unmanaged);

    public static void Free(byte* unmanaged) => DuckDbNative.Free(unmanaged);
}
