using System.Runtime.InteropServices;

namespace Pile.Hdf5.Native;

/// <summary>An identifier of the library (hid_t), closed once.</summary>
internal abstract class Hdf5Handle() : SafeHandle(invalidHandleValue: -1, ownsHandle: true)
{
    public override bool IsInvalid => handle <= 0;

    /// <summary>Closes the handle and returns the status: writing the last bytes may fail.</summary>
    internal int CloseChecked()
    {
        nint id = handle;
        SetHandleAsInvalid();
        return Close(id);
    }

    protected abstract int Close(nint id);

    protected override bool ReleaseHandle()
    {
        using (Hdf5Library.Enter())
            return Close(handle) >= 0;
    }
}

internal sealed class FileHandle : Hdf5Handle
{
    protected override int Close(nint id) => Hdf5Native.CloseFile(id);
}

internal sealed class ObjectHandle : Hdf5Handle
{
    protected override int Close(nint id) => Hdf5Native.CloseObject(id);
}

internal sealed class DatasetHandle : Hdf5Handle
{
    protected override int Close(nint id) => Hdf5Native.CloseDataset(id);
}

internal sealed class SpaceHandle : Hdf5Handle
{
    protected override int Close(nint id) => Hdf5Native.CloseSpace(id);
}

internal sealed class TypeHandle : Hdf5Handle
{
    protected override int Close(nint id) => Hdf5Native.CloseType(id);
}

internal sealed class PropertyHandle : Hdf5Handle
{
    protected override int Close(nint id) => Hdf5Native.CloseProperties(id);
}

internal sealed class AttributeHandle : Hdf5Handle
{
    protected override int Close(nint id) => Hdf5Native.CloseAttribute(id);
}
