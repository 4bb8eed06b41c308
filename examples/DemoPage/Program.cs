using Pile.Drawing;
using Pile.Examples.DemoPage;
using Pile.Reading;

if (args is not [var folder, var twoMassTable])
{
    Console.Error.WriteLine("usage: DemoPage FOLDER 2MASS.fits    (FOLDER holds the datasets and matches that examples/demo/run.sh makes)");
    return 2;
}

await using Dataset decam = await Dataset.OpenAsync(Path.Combine(folder, "decam"));
await using Dataset xdf = await Dataset.OpenAsync(Path.Combine(folder, "xdf"));
await using Dataset dss = await Dataset.OpenAsync(Path.Combine(folder, "dss"));
await using Dataset sdss = await Dataset.OpenAsync(Path.Combine(folder, "sdss"));
await using Dataset muse = await Dataset.OpenAsync(Path.Combine(folder, "muse"));
await using Dataset landsat = await Dataset.OpenAsync(Path.Combine(folder, "landsat"));
await using Dataset gaia = await Dataset.OpenAsync(Path.Combine(folder, "gaia"));

HtmlPage page = new("Pile, on real data",
    "Images, spectra, catalogues and chips of seven surveys: built, matched by position, read back, and drawn with the SDK.");
await ImageSections.AddGalaxyAsync(page, decam);
await ImageSections.AddDeepFieldAsync(page, xdf);
await CubeSections.AddMuseAsync(page, muse);
await SpectrumSections.AddEpochsAsync(page, sdss);
await SpectrumSections.AddOthersAsync(page, sdss);
await ImageSections.AddMovingStarAsync(page, dss, Path.Combine(folder, "dss-gaia.csv"));
await SkySections.AddClusterAsync(page, Path.Combine(folder, "gaia-2mass.parquet"), twoMassTable);
await EarthSections.AddChipsAsync(page, landsat);
await SkySections.AddWholeSkyAsync(page, [decam, xdf, dss, sdss, muse, gaia]);
SkySections.AddFacts(page, [decam, xdf, dss, sdss, muse, gaia, landsat]);
page.AddHeading("How this page was made");
page.AddParagraph("The commands of examples/demo/run.sh, run in the project's folder. Nothing is downloaded: the files are in "
    + "tests/data, and PROVENANCE.md lists their origin.");
page.AddCode((await File.ReadAllTextAsync(Path.Combine(folder, "commands.txt"))).Trim());
await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), page.ToHtml());
return 0;
