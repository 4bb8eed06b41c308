using System.Runtime.InteropServices;

namespace Pile.Fits.Native;

/// <summary>An open <c>fitsfile*</c>.</summary>
internal sealed class FitsFileHandle : SafeHandle
{
    private static int live;

    public FitsFileHandle() : base(invalidHandleValue: 0, ownsHandle: true) { }

    /// <summary>The number of open files in this process, for tests.</summary>
    internal static int LiveCount => Volatile.Read(ref live);

    public override bool IsInvalid => handle is 0;

    /// <summary>Counts the handle; called once after opening.</summary>
    internal static void CountOpened() => Interlocked.Increment(ref live);

    /// <summary>Closes the file and returns cfitsio's status, so that a full disk is reported.</summary>
    internal int CloseChecked() => CloseWith(FitsNative.Close);

    /// <summary>Closes the file and deletes it.</summary>
    internal int Delete() => CloseWith(FitsNative.Delete);

    protected override bool ReleaseHandle()
    {
        int status = 0;
        FitsNative.Close(handle, ref status);
        Interlocked.Decrement(ref live);
        return status == 0;
    }

    private int CloseWith(CloseFunction function)
    {
        int status = 0;
        function(handle, ref status);
        Interlocked.Decrement(ref live);
        SetHandleAsInvalid();
        return status;
    }

    private delegate int CloseFunction(nint file, ref int status);
}
