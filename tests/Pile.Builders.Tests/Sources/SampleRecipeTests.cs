using Pile.Builders.Sources;
using Pile.Builders.Tests.Sources.DesiSpectrum;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>The recipes in builders/recipes build a dataset if their files exist.</summary>
public class SampleRecipeTests(SampleRecipeTests.Sources sources) : IClassFixture<SampleRecipeTests.Sources>
{
    public static TheoryData<string> Recipes =>
        [.. Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "builders", "recipes"), "*.yaml").Select(f => Path.GetFileName(f))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recipes))]
    public async Task Sample_recipe_builds(string file)
    {
        using TemporaryFolder folder = new();
        File.Copy(Path.Combine(TestPaths.Root, "builders", "recipes", file), folder[file]);
        foreach (string source in Directory.EnumerateFileSystemEntries(sources.Folder.Path))
            File.CreateSymbolicLink(folder[Path.GetFileName(source)], source);

        Recipe recipe = RecipeReader.ReadFile(folder[file]);
        BuildOutcome outcome = await BuildRun.RunAsync(recipe, SourceBuilders.All, folder["out"], new BuildSettings(),
            TestContext.Current.CancellationToken);
        Assert.Empty(outcome.Skipped);
        Assert.True(outcome.Dataset.Rows >= 2, $"{outcome.Dataset.Rows} rows");
    }

    /// <summary>The files that the recipes read, which are made once.</summary>
    public sealed class Sources : IDisposable
    {
        public Sources() => Make(Folder);

        internal TemporaryFolder Folder { get; } = new();

        public void Dispose() => Folder.Dispose();
    }

    private static void Make(TemporaryFolder folder)
    {
        Directory.CreateSymbolicLink(folder["spectra"], TestPaths.Data("spectra"));
        MadeCoadds.Write(Directory.CreateDirectory(folder["healpix"]).FullName);
        Directory.CreateDirectory(folder["eso"]);
        foreach (string name in (string[])["a.fits.gz", "b.fits.gz"])
            File.CreateSymbolicLink(folder[$"eso/{name}"], TestPaths.Data("spectra/XShooter_XQ100.fits.gz"));
        Directory.CreateSymbolicLink(folder["gbt"], TestPaths.Data("spectra/gbt"));
        Directory.CreateSymbolicLink(folder["decam"], TestPaths.Data("images/legacypipe-testcase3"));
        Directory.CreateDirectory(folder["muse"]);
        File.CreateSymbolicLink(folder["muse/udf.fits"], TestPaths.Data("ifu/muse-udf-26.fits"));
        File.CreateSymbolicLink(folder["muse/udf-copy.fits"], TestPaths.Data("ifu/muse-udf-26.fits"));
        Python.Run(File.ReadAllText(TestPaths.Data("scripts/make_manga.py")),
            [Directory.CreateDirectory(folder["manga"]).FullName, "7443-12703", "8485-1901"]);
        File.WriteAllText(folder["targets.csv"],
            "id,ra,dec\n1,244.7797,12.0724\n2,244.7790,12.0730\n3,12.3,45.6\n"
                + "26,53.17524531442022,-27.80783905796448\n27,53.1745,-27.8083\n");

        Python.Run(File.ReadAllText(TestPaths.Data("scripts/make_apogee.py")),
            [Directory.CreateDirectory(folder["apogee"]).FullName, "apStar", "2M00000002+7417074", "2M00000032+5737103"]);
        Directory.CreateDirectory(folder["plasticc"]);
        File.CreateSymbolicLink(folder["plasticc/plasticc_train_lightcurves.csv.gz"],
            TestPaths.Data("lightcurves/plasticc_lightcurves.csv.gz"));
        File.WriteAllText(folder["plasticc/plasticc_train_metadata.csv"],
            "object_id,ra,decl,target\n229855,53.1,-27.8,90\n63437265,149.4,2.2,42\n");
        Directory.CreateSymbolicLink(folder["lightcurves"], TestPaths.Data("lightcurves"));
        Directory.CreateSymbolicLink(folder["photometry"], TestPaths.Data("lightcurves/pantheon"));

        LinkBricks(folder);
    }

    // One band of a real brick stands for all bands, and its number of exposures for masks and sizes of the PSF.
    private static void LinkBricks(TemporaryFolder folder)
    {
        string coadd = Directory.CreateDirectory(folder["coadd/095/0959p805"]).FullName;
        foreach ((string name, string real) in (ReadOnlySpan<(string, string)>)[("maskbits", "nexp-z"), .. "griz".SelectMany(
            band => new[] { ($"image-{band}", "image-z"), ($"invvar-{band}", "invvar-z"), ($"psfsize-{band}", "nexp-z") })])
            File.CreateSymbolicLink(Path.Combine(coadd, $"legacysurvey-0959p805-{name}.fits.fz"),
                TestPaths.Data($"images/brick-0959p805/legacysurvey-0959p805-{real}.fits.fz"));
        Python.Run("""
            import sys
            from astropy.table import Table
            t = Table({'RA': [96.7289, 96.6028], 'DEC': [80.3689, 80.3699], 'EBV': [0.06, 0.07]})
            for b in 'GRIZ':
                t['PSFSIZE_' + b] = [1.3, 1.4]
            t.write(sys.argv[1])
            """, folder["sweep.fits"]);
    }
}
