using Microsoft.Win32.SafeHandles;

namespace Pile.DuckDb.Native;

/// <summary>A batch of Arrow's C data interface that a connection reads.</summary>
internal sealed class ArrowStreamHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public ArrowStreamHandle() : base(ownsHandle: true) => LiveHandles.Add(this);

    protected override bool ReleaseHandle()
    {
        DuckDbNative.DestroyArrowStream(ref handle);
        return true;
    }
}
