using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Pile.DuckDb.Native;

/// <summary>Text that stays DuckDB's: copied, not freed.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedOut, typeof(BorrowedUtf8Marshaller))]
internal static unsafe class BorrowedUtf8Marshaller
{
    public static string? ConvertToManaged(byte* unmanaged) => Marshal.PtrToStringUTF8((nint)unmanaged);
}

/// <summary>Text that DuckDB hands over: copied, then given back to its allocator.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedOut, typeof(OwnedUtf8Marshaller))]
internal static unsafe class OwnedUtf8Marshaller
{
    public static string? ConvertToManaged(byte* unmanaged) => Marshal.PtrToStringUTF8((nint)unmanaged);

    public static void Free(byte* unmanaged) => DuckDbNative.Free(unmanaged);
}
