using Pile.Hdf5.Native;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Pile.Hdf5.Tests;

/// <summary>Checks after every test that no file, dataset, group, type or attribute is open in the library, except for the type that all
/// files share. Tests run sequentially, so that this check is possible.</summary>
public abstract class Hdf5Test : IDisposable
{
    private const long AllFiles = 0x1F;
    private const uint AllKinds = 0x1F;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        using (Hdf5Library.Enter())
            Assert.Equal(Hdf5Shared.TypeCount, Hdf5Native.CountOpenObjects(AllFiles, AllKinds));
    }
}
