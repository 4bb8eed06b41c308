using Microsoft.Win32.SafeHandles;

namespace Pile.DuckDb.Native;

/// <summary>A statement that is ready to run.</summary>
internal sealed class PendingHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public PendingHandle() : base(ownsHandle: true) => LiveHandles.Add(this);

    protected override bool ReleaseHandle()
    {
        DuckDbNative.DestroyPending(ref handle);
        return true;
    }
}
