using Pile.Fits.Native;
using Pile.TestKit;

namespace Pile.Fits.Tests;

/// <summary>Handles are counted per process, so this test does not run in parallel with others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

[Collection(nameof(Alone))]
public class HandleTests
{
    [Fact]
    public void Handles_are_closed_after_success_and_failure()
    {
        using TemporaryFolder folder = new();
        int files = FitsFileHandle.LiveCount, systems = WcsHandle.LiveCount;
        using (FitsFile file = FitsFile.OpenRead(TestPaths.Data("images/m13.fits")))
        using (Wcs wcs = Wcs.Open(file.Hdu(0).Header))
            Assert.Equal((files + 1, systems + 1), (FitsFileHandle.LiveCount, WcsHandle.LiveCount));
        Assert.Throws<FitsException>(() => FitsFile.OpenRead(TestPaths.Data("malformed/truncated.fits.gz")));
        Assert.Throws<FitsException>(() =>
            Wcs.Open(new FitsHeader("CTYPE1  = 'RA---TAN'".PadRight(80) + "CTYPE2  = 'DEC--SIN'".PadRight(80), "made", null)));
        using (FitsWriter writer = FitsWriter.Create(folder["a.fits"]))
            writer.WriteImage<byte>([], []);
        using (FitsWriter writer = FitsWriter.Create(folder["b.fits"]))
        {
            writer.WriteImage<byte>([], []);
            writer.Close();
        }
        Assert.Equal((0, 0), (FitsFileHandle.LiveCount, WcsHandle.LiveCount));
        Assert.Equal((0, 0), (files, systems));
    }
}
