using System.Text;
using Pile.TestKit;

namespace Pile.Fits.Tests;

/// <summary>DATASUM and CHECKSUM, as astropy writes and verifies them.</summary>
public sealed class SumsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Findings_are_those_of_astropy()
    {
        string[] expected = Python.Run("""
            import os, sys, warnings
            import numpy as np
            from astropy.io import fits
            os.chdir(sys.argv[1])
            r = np.random.default_rng(1)
            image = lambda name, *shape: fits.ImageHDU(r.normal(size=shape).astype('f4'), name=name)
            table = fits.BinTableHDU.from_columns([fits.Column('a', 'J', array=np.arange(100)), fits.Column('v', 'PD()', array=np.array(
                [np.arange(i % 5, dtype=float) for i in range(100)], dtype=object))], name='T')
            fits.HDUList([fits.PrimaryHDU(), image('A', 40, 37), table, image('B', 700, 800),
                          fits.CompImageHDU(r.integers(0, 99, (64, 64)).astype('i2'), name='C')]).writeto('good.fits', checksum=True)
            bytes = bytearray(open('good.fits', 'rb').read())
            with fits.open('good.fits') as h:
                places = [(x._header_offset, x._data_offset) for x in h]
            def damage(name, at):
                other = bytearray(bytes)
                other[at] ^= 1
                open(name, 'wb').write(other)
            damage('data.fits', places[3][1] + 1_500_001)
            damage('heap.fits', places[2][1] + 1300)
            damage('header.fits', bytes.index(b'EXTNAME', places[1][0]) + 40)
            for name in ('good', 'data', 'heap', 'header'):
                with warnings.catch_warnings(record=True) as caught:
                    warnings.simplefilter('always')
                    with fits.open(name + '.fits', checksum=True, disable_image_compression=True) as h:
                        [x.data for x in h]
                text = ' '.join(str(w.message) for w in caught)
                print(name, 'Datasum verification failed' in text, 'Checksum verification failed' in text)
            """, folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected, ((string[])["good", "data", "heap", "header"]).Select(name =>
        {
            IReadOnlyList<string> findings = Of(name, 1 << 20);
            Assert.Equal(findings, Of(name, 4));
            return $"{name} {findings.Any(f => f.Contains("DATASUM", StringComparison.Ordinal))} {findings.Count > 0}";
        }));
        Assert.StartsWith("HDU 3: the data are not those of its DATASUM", Assert.Single(Of("data", 1 << 20)));
        Assert.StartsWith("HDU 2: the data", Assert.Single(Of("heap", 5760)));
        Assert.StartsWith("HDU 1: the header is not that of its CHECKSUM", Assert.Single(Of("header", 5760)));
    }

    [Fact]
    public void Files_that_are_not_FITS_or_end_early_have_no_findings()
    {
        File.WriteAllBytes(folder["noise.fits"], [.. Enumerable.Range(0, 20_000).Select(i => (byte)(i * 7))]);
        Assert.Empty(Of("noise", 4096));
        Python.Run("""
            import sys
            import numpy as np
            from astropy.io import fits
            fits.writeto(sys.argv[1], np.arange(9000.), checksum=True)
            data = open(sys.argv[1], 'rb').read()
            open(sys.argv[1], 'wb').write(data[:40001])
            """, folder["short.fits"]);
        Assert.Empty(Of("short", 4096));
    }

    [Fact]
    public void A_header_that_does_not_end_takes_little_memory()
    {
        FitsSums sums = new();
        byte[] cards = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 36 * 1000).Select(i =>
            (i == 0 ? "SIMPLE  = T" : $"A{i,-7}= {i}").PadRight(80))));
        long before = GC.GetAllocatedBytesForCurrentThread();
        sums.Add(cards);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Empty(sums.Findings);
    }

    private IReadOnlyList<string> Of(string name, int count)
    {
        FitsSums sums = new();
        foreach (byte[] bytes in File.ReadAllBytes(folder[$"{name}.fits"]).Chunk(count))
            sums.Add(bytes);
        return sums.Findings;
    }
}
