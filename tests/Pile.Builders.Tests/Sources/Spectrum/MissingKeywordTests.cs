using Pile.Builders.Sources;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Keywords of the recipe that only some of the files have.</summary>
public sealed class MissingKeywordTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("spectrum", "1")]
    [InlineData("cube", "3")]
    public async Task A_keyword_that_a_file_lacks_is_null_in_its_rows(string kind, string axes)
    {
        await BuildAsync(kind, axes, "[AIRMASS, GRATING]");
        // astropy reads the headers, h5py the dataset.
        Assert.Equal("agrees", Python.Run("""
            import glob, sys, h5py, numpy as np
            from astropy.io import fits
            count = 0
            for shard in glob.glob(sys.argv[1] + '/out/main/*/*.hdf5'):
                h = h5py.File(shard)
                for i, name in enumerate(h['object_id'][:]):
                    header = fits.getheader(f'{sys.argv[1]}/{name.decode()}.fits')
                    for key in ('AIRMASS', 'GRATING'):
                        value = h[key][i].decode() if key == 'GRATING' else h[key][i]
                        missing = bool(h[key + '_isnull'][i]) if key + '_isnull' in h else value in ('',) or value != value
                        assert missing == (key not in header), (name, key, value)
                        assert missing or value == header[key], (name, key, value)
                    count += 1
            assert count == 2
            print('agrees')
            """, folder.Path).Trim());
    }

    [Theory]
    [InlineData("spectrum", "1")]
    [InlineData("cube", "3")]
    public async Task A_keyword_that_no_file_has_is_an_error(string kind, string axes)
    {
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => BuildAsync(kind, axes, "[AIRMASS, AIRMAS]"));
        Assert.Contains("no file has the keyword 'AIRMAS'", e.Message, StringComparison.Ordinal);
        Assert.True(e.IsOfCaller);
    }

    private async Task BuildAsync(string kind, string axes, string keywords)
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            n = int(sys.argv[2])
            for name, cards in (('a', {'AIRMASS': 1.25}), ('b', {'GRATING': 'B600'})):
                p = fits.PrimaryHDU(np.ones((5, 4, 3)[-n:] if n > 1 else 5, 'f4'))
                p.header.update(RA=10., DEC=2., BUNIT='Jy', **cards)
                p.header.update({f'CTYPE{n}': 'WAVE', f'CRVAL{n}': 5000., f'CDELT{n}': 1., f'CUNIT{n}': 'Angstrom'})
                p.writeto(f'{sys.argv[1]}/{name}.fits', overwrite=True)
            """, folder.Path, axes);
        await File.WriteAllTextAsync(folder["r.yaml"], "pile: 1\nname: s\n"
            + "provenance: { project: p, survey: s, instrument: i, release: r }\nlicence: CC0-1.0\ncitation: c\n"
            + $"source: {{ kind: {kind}, files: \"?.fits\", ra: RA, dec: DEC, keywords: {keywords} }}\n",
            TestContext.Current.CancellationToken);
        await BuildRun.RunAsync(RecipeReader.ReadFile(folder["r.yaml"]), SourceBuilders.All, folder["out"],
            cancellationToken: TestContext.Current.CancellationToken);
    }
}
