using System.Runtime.InteropServices;

namespace Pile.Rsvg.Native;

/// <summary>A drawing context of Cairo.</summary>
internal sealed class ContextHandle() : SafeHandle(invalidHandleValue: 0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        RsvgNative.DestroyContext(handle);
        return true;
    }
}
