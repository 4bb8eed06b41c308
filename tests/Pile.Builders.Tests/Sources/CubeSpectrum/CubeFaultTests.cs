using Pile.Fits;
using Pile.Format;
using Pile.TestKit;
using static Pile.Builders.Tests.Sources.CubeSpectrum.CubeRows;

namespace Pile.Builders.Tests.Sources.CubeSpectrum;

/// <summary>Cubes and objects without a row.</summary>
public class CubeFaultTests(MadeCubes made)
{
    [Theory]
    [InlineData("files: ifu/muse-linear.fits", "",
        "neither that its wavelengths are in air nor in vacuum (CTYPE3 = 'LINEAR'). Set 'wavelength: { medium: air }'")]
    [InlineData("files: ifu/muse-udf-26.fits", "wavelength: { medium: vacuum }",
        "HDU 1: the file says that its wavelengths are in air (CTYPE3 = 'AWAV'), the recipe vacuum")]
    [InlineData("files: ifu/n2hp_cube.fits", "", "no image in it has a celestial WCS")]
    [InlineData("files: ifu/muse-udf-26.fits", "ivar: { hdu: 0, kind: variance }",
        "the ivar of muse-udf-26.fits should have the axes of the cube, [30, 30, 160]")]
    [InlineData("files: ifu/muse-udf-26.fits", "mask: { hdu: STAT }", "a mask should hold integers")]
    [InlineData("files: ifu/muse-udf-26.fits", "hdu: NOPE", "there is no HDU 'NOPE'")]
    [InlineData("files: ifu/muse-udf-26.fits", "image: { range_angstrom: [7000, 8000] }", "no channel is between 7000 and 8000")]
    [InlineData("files: ifu/muse-udf-26.fits", "unit: erg s-1\nscale: 1e-30\nivar: { hdu: STAT, kind: variance }", "row 0 of t.csv: ")]
    [InlineData("files: ifu/muse-udf-26.fits", "unit: erg s-1\nscale: 1e-30\nivar: { hdu: STAT, kind: variance }",
        "is out of the range of float32. Set 'scale'")]
    [InlineData("files: made/none.fits", "", "has no BUNIT")]
    [InlineData("files: made/K.fits", "", "'K' is a brightness temperature")]
    [InlineData("files: made/nobeam.fits", "", "the header has no BMAJ and BMIN")]
    [InlineData("files: made/velo.fits", "", "RESTFRQ and RESTWAV")]
    [InlineData("files: made/tilted.fits", "", "the spectral coordinates differ between spaxels")]
    [InlineData("files: made/manga.fits", "wavelength: { hdu: WAVE }", "the wavelengths have no unit")]
    [InlineData("files: made/manga.fits", "wavelength: { hdu: WAVETAB, unit: Angstrom }", "has the columns LAMBDA, R")]
    [InlineData("files: made/manga.fits", "wavelength: { hdu: IVAR, unit: Angstrom }", "holds 8640 numbers, but the cube has 30 channels")]
    [InlineData("files: [made/vac.fits, made/air.fits]", "", "its wavelengths are in vacuum, but those of")]
    [InlineData("files: [made/vac.fits, made/mJy.fits]", "", "BUNIT is 'Jy', but 'mJy' in")]
    public async Task Cubes_that_cannot_be_summed_are_rejected_by_name(string files, string more, string message)
    {
        using TemporaryFolder folder = new();
        Directory.CreateSymbolicLink(folder["ifu"], Ifu);
        Directory.CreateSymbolicLink(folder["made"], made.Folder);
        File.WriteAllText(folder["t.csv"], "ra,dec\n53.17524531442022,-27.80783905796448\n");
        PileException e = await Assert.ThrowsAnyAsync<PileException>(
            () => ReadAsync($"kind: cube-spectrum\ncatalogue: t.csv\n{files}\naperture: {{ radius_arcsec: 0.6 }}\n{more}", folder.Path));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.All(files.Split([' ', ',', '[', ']'], StringSplitOptions.RemoveEmptyEntries)
            .Where(f => f.EndsWith(".fits", StringComparison.Ordinal)),
            f => Assert.Contains(Path.GetFileName(f), e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Objects_outside_of_all_cubes_are_listed_and_a_bad_cube_can_be_skipped()
    {
        using TemporaryFolder folder = new();
        Directory.CreateSymbolicLink(folder["ifu"], Ifu);
        File.WriteAllText(folder["t.csv"], "id,ra,dec\na,53.17524531442022,-27.80783905796448\nb,10,10\nc,,\nd,53.1752,-27.8\n");
        List<SkippedRow> skipped = [];
        const string Recipe = "kind: cube-spectrum\ncatalogue: t.csv\nfiles: [ifu/muse-udf-26.fits, ifu/n2hp_cube.fits]\naperture: { "
            + "radius_arcsec: 0.6 }";
        RowBatch rows = Assert.Single(await BuilderRuns.Builder(Recipe, folder.Path, skipBadRows: true, onSkip: skipped.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal("a", ((TextColumnData)rows["object_id"]).Text(0));
        Assert.Equal(("ifu/n2hp_cube.fits", null), (skipped[0].File, skipped[0].Row));
        Assert.Equal([(1L, "no cube contains the position"), (2L, "no position"), (3L, "no cube contains the position")],
            skipped.Skip(1).Select(s => (s.Row!.Value, s.Reason)).Order());
        await Assert.ThrowsAsync<FitsException>(
            () => BuilderRuns.Builder(Recipe, folder.Path).ReadAllAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Truncated_noise_costs_only_the_objects_of_its_cube()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            from astropy.io import fits
            with fits.open(sys.argv[1]) as h:
                for name, shift in (('a', 0), ('b', 10)):
                    h['DATA'].header['CRVAL1'] = 53 + shift
                    fits.HDUList([fits.PrimaryHDU(), h['DATA']]).writeto(f'{sys.argv[2]}/{name}_data.fits')
                    h['STAT'].writeto(f'{sys.argv[2]}/{name}_stat.fits')
            """, Path.Combine(Ifu, "muse-udf-26.fits"), folder.Path);
        (double ra, double dec) = Centre(folder["a_data.fits"]);
        File.WriteAllText(folder["t.csv"], string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"id,ra,dec\n0,{ra},{dec}\n1,{ra + 10},{dec}\n"));
        await using (FileStream stream = new(folder["a_stat.fits"], FileMode.Open))
            stream.SetLength(0);
        const string Recipe = "kind: cube-spectrum\ncatalogue: t.csv\nfiles: '*_data.fits'\naperture: { radius_arcsec: 0.6 }\nivar: { "
            + "replace: [data, stat], kind: variance }";
        List<SkippedRow> skipped = [];
        RowBatch rows = Assert.Single(await BuilderRuns.Builder(Recipe, folder.Path, skipBadRows: true, onSkip: skipped.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal([1L], rows.Values<long>("object_id").ToArray());
        SkippedRow skip = Assert.Single(skipped);
        Assert.Equal(("t.csv", 0L), (skip.File, skip.Row));
        Assert.Contains("a_stat.fits", skip.Reason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FitsException>(
            () => BuilderRuns.Builder(Recipe, folder.Path).ReadAllAsync(TestContext.Current.CancellationToken));
    }

    private static (double RaDeg, double DecDeg) Centre(string cube)
    {
        double[] centre = [.. Python.Run("""
            import sys, warnings
            from astropy.io import fits
            from astropy.wcs import WCS
            warnings.simplefilter('ignore')
            print(*WCS(fits.getheader(sys.argv[1], 1)).celestial.pixel_to_world_values(14, 14))
            """, cube).Split(' ').Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
        return (centre[0], centre[1]);
    }
}
