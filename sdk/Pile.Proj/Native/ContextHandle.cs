using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.Proj.Native;

/// <summary>A <c>PJ_CONTEXT*</c>, used by one thread at a time; the network is off.</summary>
internal sealed unsafe class ContextHandle : SafeHandle
{
    // PROJ reports errors to the thread that calls it.
    [ThreadStatic]
    private static string? lastError;

    public ContextHandle() : base(invalidHandleValue: 0, ownsHandle: true) => SetHandle(ProjNative.CreateContext());

    public override bool IsInvalid => handle is 0;

    /// <summary>Creates a context.</summary>
    /// <exception cref="Format.NativeLibraryMissingException">libproj is not installed.</exception>
    internal static ContextHandle Open()
    {
        ContextHandle context = new();
        ProjNative.EnableNetwork(context, 0);
        ProjNative.SetLogLevel(context, ProjNative.LogErrors);
        ProjNative.SetLogFunction(context, 0, &Report);
        return context;
    }

    /// <summary>Returns the last error that PROJ reported to this thread and clears it.</summary>
    internal static string TakeError()
    {
        string error = lastError ?? "PROJ gave no reason";
        lastError = null;
        return error;
    }

    protected override bool ReleaseHandle()
    {
        ProjNative.DestroyContext(handle);
        return true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Report(nint data, int level, byte* message) => lastError = Marshal.PtrToStringUTF8((nint)message);
}
