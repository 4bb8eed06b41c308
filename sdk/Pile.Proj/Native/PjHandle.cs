using System.Runtime.InteropServices;

namespace Pile.Proj.Native;

/// <summary>A <c>PJ*</c>. It keeps its context open.</summary>
internal sealed class PjHandle : SafeHandle
{
    private static int live;
    private readonly ContextHandle context;

    private PjHandle(ContextHandle context, nint pj) : base(invalidHandleValue: 0, ownsHandle: true)
    {
        bool isAdded = false;
        context.DangerousAddRef(ref isAdded);
        this.context = context;
        SetHandle(pj);
        Interlocked.Increment(ref live);
    }

    /// <summary>The number of live objects in this process, for tests.</summary>
    internal static int LiveCount => Volatile.Read(ref live);

    public override bool IsInvalid => handle is 0;

    /// <summary>Takes an object that PROJ has returned; null if it returned none.</summary>
    internal static PjHandle? Own(ContextHandle context, nint pj) => pj is 0 ? null : new PjHandle(context, pj);

    protected override bool ReleaseHandle()
    {
        ProjNative.Destroy(handle);
        context.DangerousRelease();
        Interlocked.Decrement(ref live);
        return true;
    }
}
