using Pile.Hdf5.Native;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Pile.Hdf5.Tests;

/// <summary>Every test here ends with no file, dataset, group, type or attribute open in the library. One at a time, so that this can be
/// told.</summary>
public abstract class Hdf5Test : IDisposable
{
    private const long AllFiles = 0x1F;
    private const uint AllKinds = 0x1F;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        using (Hdf5Library.Enter())
            Assert.Equal(0, Hdf5Native.CountOpenObjects(AllFiles, AllKinds));
    }
}
