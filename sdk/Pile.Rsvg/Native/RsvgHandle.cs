using System.Runtime.InteropServices;

namespace Pile.Rsvg.Native;

/// <summary>A document of librsvg.</summary>
internal sealed class RsvgHandle() : SafeHandle(invalidHandleValue: 0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        RsvgNative.Unref(handle);
        return true;
    }
}
