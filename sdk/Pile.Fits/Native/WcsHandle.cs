using System.Runtime.InteropServices;

namespace Pile.Fits.Native;

/// <summary>A <c>wcsprm</c> allocated here and filled by wcslib.</summary>
internal sealed unsafe class WcsHandle : SafeHandle
{
    private static int live;

    public WcsHandle() : base(invalidHandleValue: 0, ownsHandle: true) { }

    /// <summary>The number of live structures in this process, for tests.</summary>
    internal static int LiveCount => Volatile.Read(ref live);

    public override bool IsInvalid => handle is 0;

    /// <summary>Allocates a structure of wcslib's size, marked as not initialized (flag, its first field, = -1).</summary>
    internal static WcsHandle Allocate(int bytes)
    {
        WcsHandle made = new();
        made.SetHandle((nint)NativeMemory.AllocZeroed((nuint)bytes));
        *(int*)made.handle = -1;
        Interlocked.Increment(ref live);
        return made;
    }

    protected override bool ReleaseHandle()
    {
        bool isFreed = *(int*)handle == -1 || WcsNative.Free(handle) == 0;
        NativeMemory.Free((void*)handle);
        Interlocked.Decrement(ref live);
        return isFreed;
    }
}
