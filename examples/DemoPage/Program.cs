using Pile.Drawing;
using Pile.Examples.DemoPage;
using Pile.Reading;

if (args is not [var folder, var twoMassTable])
{
    Console.Error.WriteLine("usage: DemoPage FOLDER 2MASS.fits    (FOLDER holds the datasets, matches and pictures of "
        + "examples/demo/run.sh)");
    return 2;
}

string[] names = ["cube", "muse", "lightcurves", "sdss", "decam", "xdf", "dss", "kepler", "gaia", "pairs", "landsat"];
List<Dataset> datasets = [];
foreach (string name in names)
    datasets.Add(await Dataset.OpenAsync(Path.Combine(folder, name)));
Pictures pictures = new(folder);
HtmlPage page = new("Pile: one object, every modality",
    "Images, spectra, cubes, light curves, catalogues and scenes of eleven datasets, matched by position and drawn by the commands below "
        + "them.");

TableRows match = await TableRows.ReadAsync(Path.Combine(folder, "muse-lightcurves.csv"));
page.AddParagraph($"How it was found: 'pile crossmatch' compared the positions of {datasets[1].Manifest.Name} and "
    + $"{datasets[2].Manifest.Name} within 1″. The light curve is generated, because no real one of this galaxy may be passed on.");
page.AddCards([
    pictures.Card("galaxy-image", "Image: white light of 16 × 10 spaxels, enlarged smoothly"),
    pictures.Card("galaxy-spectrum", "Spectrum within 0.6″, with lines at the redshift of the catalogue"),
    pictures.Card("galaxy-lightcurve", "Light curve in three bands (generated)"),
], 380);
page.AddTable(new()
{
    Caption = "The rows of the match, as 'pile crossmatch' wrote them.",
    Columns = [new("a_object_id"), new("b_object_id"), new("separation", "arcsec", true), new("z", IsNumber: true)],
    Rows = [.. Enumerable.Range(0, match.Count).Select(row => (IReadOnlyList<string>)[match.Text("a_object_id", row),
        match.Text("b_object_id", row),
        $"{match.Number("separation_arcsec", row):0.000}", $"{match.Number("a_z", row):0.000}"])],
});
page.AddCards([
    pictures.Card("galaxy-cube", "Cube: white light, maps of six parts of its channels, and the spectrum of the brightest spaxel"),
    pictures.Card("galaxy-pair", "Both sides of the match in one picture"),
], 480);

page.AddHeading("Spectra: one quasar, two epochs, found by position");
page.AddCards([
    pictures.Card("quasar", "RM017, smoothed over nine pixels, with the model of the survey; both spectra are rows of one match"),
    pictures.Card("star", "A star and a galaxy, by the same reader"),
], 480);

page.AddHeading("Light curves, folded");
page.AddCards([
    pictures.Card("pulsating", "A generated pulsating star at its period"),
    pictures.Card("kepler",
        "Kepler-90, two quarters together, each divided by its median: the transit is that of one of its eight planets"),
], 480);

page.AddHeading("Images");
page.AddCards([
    pictures.Card("decam", "A galaxy in z, r and g of DECam; the Legacy Surveys' relative brightness of the bands"),
    pictures.Card("xdf", "Galaxies of the Hubble eXtreme Deep Field in two bands"),
    pictures.Card("moving-star",
        "HD 219829 on a plate of 1951; the marks are where Gaia saw it and its neighbours in 2015, and the arrow its proper motion"),
], 320);

await SkySections.AddClusterAsync(page, Path.Combine(folder, "gaia-2mass.parquet"), twoMassTable);
page.AddCards([
    pictures.Card("ngc188-cmd", "Colour and magnitude: magnitudes increase downwards by themselves"),
    pictures.Card("ngc188-motion", "Proper motions: the cluster is the clump"),
    pictures.Card("ngc188-separation", "Separations of the pairs"),
    pictures.Card("ngc188-offset", "Offsets of 2MASS from Gaia: mostly 15 years of proper motion, and errors of 2MASS"),
    pictures.Card("ngc188-sky", "Where the sources are: density in cells of HEALPix, with the outline of the coverage"),
], 480);

await EarthSections.AddChipsAsync(page, datasets[^1]);
page.AddCards([pictures.Card("landsat", "A chip as 'pile plot' draws it")], 480);

SkySections.AddFacts(page, datasets);
page.AddHeading("How this page was made");
page.AddParagraph("The commands of examples/demo/run.sh, run in the project's folder. Nothing is downloaded: the files are in "
    + "tests/data, and PROVENANCE.md lists their origin.");
page.AddCode((await File.ReadAllTextAsync(Path.Combine(folder, "commands.txt"))).Trim());
await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), page.ToHtml());
foreach (Dataset dataset in datasets)
    await dataset.DisposeAsync();
return 0;
