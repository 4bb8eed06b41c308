using System.Runtime.InteropServices;

namespace Pile.Rsvg.Native;

/// <summary>An image of Cairo.</summary>
internal sealed class SurfaceHandle() : SafeHandle(invalidHandleValue: 0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        RsvgNative.DestroySurface(handle);
        return true;
    }
}
