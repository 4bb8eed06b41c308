using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Cube;

/// <summary>Headers of cubes that declare the medium of wavelengths, for the builders <c>cube</c> and <c>cube-spectrum</c>.</summary>
public class CubeMediumTests
{
    private const string Cube = "kind: cube\nfiles: x.fits\n",
        Sum = "kind: cube-spectrum\ncatalogue: t.csv\nfiles: x.fits\naperture: { radius_arcsec: 0.2 }\n";

    [Theory]
    [InlineData("CTYPE3='AWAV', VACUUM=True", "CTYPE3 = 'AWAV' says that the wavelengths are in air, VACUUM = T that they are in vacuum")]
    [InlineData("CTYPE3='WAVE', AIRORVAC='air'", "in vacuum, AIRORVAC = 'air' that they are in air. Set 'wavelength: { medium: air }'")]
    [InlineData("CTYPE3='LINEAR', VACUUM=True, AIRORVAC='air'", "VACUUM = T says that the wavelengths are in vacuum, AIRORVAC = 'air'")]
    public async Task A_contradiction_is_an_error_unless_the_recipe_decides(string cards, string message)
    {
        using TemporaryFolder folder = Made(cards);
        foreach (string source in new[] { Cube, Sum })
        {
            await Fails($"x.fits: HDU 1: ", source, folder.Path);
            await Fails(message, source, folder.Path);
            Assert.Equal("air", await Medium($"{source}wavelength: {{ medium: air }}", folder.Path));
            Assert.Equal("vacuum", await Medium($"{source}wavelength: {{ medium: vacuum }}", folder.Path));
        }
    }

    [Theory]
    [InlineData("CTYPE3='LOG-LINEAR'", "CTYPE3 = 'LOG-LINEAR'")]
    [InlineData("CTYPE3='LOGLAM'", "CTYPE3 = 'LOGLAM'")]
    [InlineData("CTYPE3='LINEAR', **{'DC-FLAG': 1}", "DC-FLAG = 1")]
    public async Task Marks_of_logarithms_are_an_error(string cards, string mark)
    {
        using TemporaryFolder folder = Made(cards);
        foreach (string source in new[] { Cube, Sum })
            await Fails($"{mark} says that the values of axis 3 are logarithms",
                $"{source}wavelength: {{ medium: vacuum, unit: Angstrom }}", folder.Path);
    }

    [Theory]
    [InlineData("CTYPE3='AWAV', VACUUM=False, AIRORVAC='AIR'", "air", "CTYPE3 = 'AWAV'")]
    [InlineData("CTYPE3='WAVE', VACUUM='unknown'", "vacuum", "CTYPE3 = 'WAVE'")]
    [InlineData("CTYPE3='FREQ', CUNIT3='THz', VACUUM=False", "vacuum", "CTYPE3 = 'FREQ'")] // the conversion is to wavelengths in vacuum
    [InlineData("CTYPE3='LINEAR', AIRORVAC='air'", "air", "AIRORVAC = 'air'")]
    [InlineData("CTYPE3='LINEAR', AIRORVAC='vac'", "vacuum", "AIRORVAC = 'vac'")]
    [InlineData("CTYPE3='LINEAR'", "air", "AIRORVAC = 'air'", "AIRORVAC='air'")] // of the primary header
    [InlineData("CTYPE3='WAVE'", "vacuum", "CTYPE3 = 'WAVE'", "AIRORVAC='air'")]
    public async Task Other_headers_declare_the_medium(string cards, string medium, string by, string primary = "")
    {
        using TemporaryFolder folder = Made(cards, primary);
        string other = medium == "air" ? "vacuum" : "air";
        foreach (string source in new[] { Cube, Sum })
        {
            Assert.Equal(medium, await Medium(source, folder.Path));
            await Fails($"HDU 1: the file says that its wavelengths are in {medium} ({by}), the recipe {other}",
                $"{source}wavelength: {{ medium: {other} }}", folder.Path);
        }
    }

    [Theory]
    [InlineData("CTYPE3='LINEAR', AIRORVAC='air'", "", "wavelengths in air from CTYPE3 = 'LINEAR'")]
    [InlineData("CTYPE3='AWAV', VACUUM=True", "wavelength: { medium: air }", "wavelengths in air (by the recipe) from CTYPE3 = 'AWAV'")]
    public async Task The_medium_of_the_header_is_reported_as_that_of_the_file(string cards, string keys, string message)
    {
        using TemporaryFolder folder = Made(cards);
        List<string> notes = [];
        await BuilderRuns.Builder(Cube + keys, folder.Path, notes.Add).ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Contains(notes, note => note.EndsWith(message, StringComparison.Ordinal));
    }

    // Cards of the cube in HDU 1, and of the primary header.
    private static TemporaryFolder Made(string cards, string primary = "")
    {
        TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "ra,dec\n80.5,-69.5\n");
        MadeCube.Write((folder["x.fits"], $"""
            h = header('WAVE', 'um', 5.0, 0.0013, 'Jy')
            h.update(dict({cards}))
            hdus[0].header.update(dict({primary}))
            hdus += [fits.ImageHDU(flux, h, name='SCI')]
            """));
        return folder;
    }

    private static async Task<string?> Medium(string recipe, string folder)
    {
        BuilderRun builder = BuilderRuns.Builder(recipe, folder);
        Assert.Equal(1, (await builder.ReadAllAsync(TestContext.Current.CancellationToken)).Sum(batch => batch.RowCount));
        return builder.Facts.SpectralMedium;
    }

    private static async Task Fails(string message, string recipe, string folder) => Assert.Contains(message,
        (await Assert.ThrowsAnyAsync<PileException>(
            () => BuilderRuns.Builder(recipe, folder).ReadAllAsync(TestContext.Current.CancellationToken))).Message,
        StringComparison.Ordinal);
}
