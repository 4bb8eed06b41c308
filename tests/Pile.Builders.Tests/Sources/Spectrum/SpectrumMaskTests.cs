using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Masks whose good samples are not 0, and masks of bits.</summary>
public class SpectrumMaskTests
{
    private const string Samples = "files: x.fits\nflux: F\nfile_unit: Jy\nra: RA\ndec: DEC\nhdu: 1\n"
        + "wavelength: { column: W, unit: Angstrom, medium: air }\n";

    [Theory]
    [InlineData("GOOD='i2'", "{ column: GOOD, good: 1 }", "GOOD != 1")]
    [InlineData("GOOD='f8'", "{ column: GOOD, good: 1 }", "GOOD != 1")]
    [InlineData("GOOD='u1'", "{ column: GOOD, good: [0, 3] }", "(GOOD != 0) & (GOOD != 3)")]
    [InlineData("GOOD='bool'", "{ column: GOOD, good: 1 }", "~GOOD")]
    [InlineData("GOOD='bool'", "{ column: GOOD }", "GOOD")]
    public async Task Other_values_than_the_good_ones_are_bad(string column, string mask, string bad)
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make($"""
            name, kind = {column.Split('=')[0].Replace("GOOD", "'GOOD'", StringComparison.Ordinal)}, {column.Split('=')[1]}
            t = Table(dict(W=5000. + np.arange(6), F=np.ones(6, 'f4')))
            t[name] = np.array([0, 1, 2, 3, 1, 0]).astype(kind)
            h = fits.BinTableHDU(t)
            h.header.update(RA=1., DEC=2.)
            h.writeto(sys.argv[1])
            """, folder["x.fits"]);
        SpectrumRows.Agrees(await SpectrumRows.Read($"{Samples}mask: {mask}\n", folder.Path), $"""
            GOOD = fits.getdata(sys.argv[2], 1)['GOOD']
            bad = {bad}
            np.testing.assert_array_equal(columns['spectrum_mask'][0], bad)
            assert 0 < bad.sum() < 6
            """, folder["x.fits"]);
    }

    // FITS 4.0, section 7.3.3.1: the bits follow in the order of decreasing significance.
    [Theory]
    [InlineData("8X", "bad: 1", "(value & 1) != 0")]
    [InlineData("8X", "bad: 130", "(value & 130) != 0")]
    [InlineData("8X", "bad: nonzero", "value != 0")]
    [InlineData("16X", "bad: 256", "(value & 256) != 0")]
    [InlineData("12X", "bad: 1", "(value & 1) != 0")]
    [InlineData("16X", "good: [1, 258]", "(value != 1) & (value != 258)")]
    [InlineData("1X", "good: 1", "value != 1")]
    public async Task Bits_of_a_sample_are_an_integer(string form, string rule, string bad)
    {
        using TemporaryFolder folder = new();
        MakeBits(folder["x.fits"], form, rowPerSample: true);
        SpectrumRows.Agrees(await SpectrumRows.Read($"{Samples}mask: {{ column: Q, {rule} }}\n", folder.Path), Judge(bad),
            folder["x.fits"]);
    }

    [Theory]
    [InlineData("8X", "bad: 2", "(value & 2) != 0")]
    [InlineData("1X", "bad: nonzero", "value != 0")]
    [InlineData("1X", "good: 1", "value != 1")]
    public async Task Bits_of_arrays_belong_to_their_samples(string form, string rule, string bad)
    {
        using TemporaryFolder folder = new();
        MakeBits(folder["x.fits"], form, rowPerSample: false);
        SpectrumRows.Agrees(await SpectrumRows.Read($"{Samples}mask: {{ column: Q, {rule} }}\n", folder.Path), Judge(bad),
            folder["x.fits"]);
    }

    [Theory]
    [InlineData("{ column: Q, good: 1, bad: 4 }", "'bad' and 'good' exclude each other")]
    [InlineData("{ column: Q, good: -1 }", "expected a value that marks a pixel as good, such as 1")]
    [InlineData("{ column: Q, good: [] }", "expected the values of a good pixel")]
    [InlineData("{ column: Q, bad: 0 }", "If other values are good than 0, set 'good' to them")]
    public void A_wrong_rule_is_an_error(string mask, string message) => Assert.Contains(message,
        Assert.ThrowsAny<PileException>(() => BuilderRuns.Builder(
            $"kind: spectrum\nfiles: spectra/PH957_f.fits\nra: RA\ndec: DEC\nmask: {mask}")).Message,
        StringComparison.Ordinal);

    private static string Judge(string bad) => $"""
        bits = fits.getdata(sys.argv[2], 1)['Q'].reshape(6, -1)
        value = (bits * (1 << np.arange(bits.shape[1])[::-1])).sum(axis=1)
        bad = {bad}
        np.testing.assert_array_equal(columns['spectrum_mask'][0], bad)
        assert 0 < bad.sum() < 6
        """;

    private static void MakeBits(string path, string form, bool rowPerSample) => SpectrumRows.Make("""
        width, rows = int(sys.argv[2][:-1]), sys.argv[3] == 'True'
        value = np.array([0, 1, 2, 258, 130, 1]) % (1 << width)
        bits = (value[:, None] >> np.arange(width)[::-1] & 1).astype(bool)
        W, F = 5000. + np.arange(6), np.ones(6, 'f4')
        h = fits.BinTableHDU.from_columns([fits.Column('W', 'D', array=W), fits.Column('F', 'E', array=F),
                fits.Column('Q', f'{width}X', array=bits)] if rows else
            [fits.Column('W', '6D', array=W[None]), fits.Column('F', '6E', array=F[None]),
                fits.Column('Q', f'{6 * width}X', array=bits.reshape(1, -1))])
        h.header.update(RA=1., DEC=2.)
        h.writeto(sys.argv[1])
        """, path, form, $"{rowPerSample}");
}
