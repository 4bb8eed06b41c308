using Pile.Soak.Running;
using Pile.TestKit;

namespace Pile.Soak.Campaigns;

/// <summary>A format of source files with the files that are damaged.</summary>
/// <param name="Name">The name in the figures.</param>
/// <param name="Inputs">The files and the verbs that read them.</param>
internal sealed record SourceFormat(string Name, IReadOnlyList<SourceInput> Inputs)
{
    private const string RecipeFolder = "../Pile.Soak/Recipes/", CollectionFile = "../Pile.Soak/Collections/collection.yaml";

    private static readonly (string Format, string[] Files)[] Tables =
    [
        ("CSV table", ["catalog/result.csv", "catalog/gaia_minimum.csv"]),
        ("CSV table in gzip", ["catalog/catalog.csv.gz"]),
        ("TSV table", ["made/gaia.tsv"]),
        ("text table between blanks", ["made/gaia.txt"]),
        ("IPAC table", ["catalog/text/most_gator.tbl", "made/gaia.tbl"]),
        ("machine-readable table", ["catalog/text/spitzer_ysos.mrt", "made/gaia.mrt"]),
        ("ECSV table", ["catalog/result.ecsv"]),
        ("JSON Lines table", ["made/gaia.jsonl"]),
        ("FITS table", ["catalog/result.fits", "catalog/small_sky.fits", "catalog/sweep-330m005-340p000.fits"]),
        ("VOTable", ["catalog/result.vot", "catalog/1710099405832VAL-result.vot"]),
        ("Arrow file", ["made/gaia.arrow", "made/gaia-lz4.feather"]),
        ("Arrow stream", ["made/gaia.arrows", "made/gaia-zstd.arrows"]),
        ("Parquet table", ["catalog/small_sky.parquet", "catalog/multi_row_group.parquet", "catalog/formats/lightcurve.parquet"]),
    ];

    /// <summary>All formats, by name.</summary>
    internal static IReadOnlyList<SourceFormat> All { get; } =
    [
        .. Tables.Select(t => new SourceFormat(t.Format, [.. t.Files.SelectMany(file => TableInputs(file, []))])),
        new("CDS table", [.. TableInputs("catalog/text/vizier/table1.dat", ["catalog/text/vizier/ReadMe"]), ReadMeOfTable()]),
        .. OfRecipes(),
        new("coverage map", [.. ((string[])["catalog/moc/skymap.gaiadr3.depth6.fits", "catalog/moc/small_sky_skymap.fits",
            "made/moc.txt", "made/moc.json"]).Select(CoverageInput)]),
        new("collection", [.. ((string[])["info", "validate"]).Select(verb =>
            new SourceInput(CollectionFile, ["made/catalogue", "made/spectra"], (_, file, _) => [verb, file]))]),
    ];

    private static IEnumerable<SourceInput> TableInputs(string table, string[] others) =>
    [
        new(table, others, (_, file, output) => ["build", "--from", file, "--out", output, "--on-error", "stop"]),
        new(table, others, (_, file, output) => ["build", "--from", file, "--out", output, "--on-error", "skip"]),
        new(table, others, (shared, file, output) => ["crossmatch", CatalogueIn(shared), file, "--radius", "10", "--join", "left", "--out",
            output + ".csv"]),
    ];

    private static SourceInput ReadMeOfTable() => new("catalog/text/vizier/ReadMe", ["catalog/text/vizier/table1.dat"],
        (_, file, output) => ["build", "--from", Path.Combine(Path.GetDirectoryName(file)!, "table1.dat"), "--out", output]);

    private static SourceInput CoverageInput(string map) => new(map, [],
        (shared, file, _) => ["query", CatalogueIn(shared), "--moc", file, "--columns", "object_id", "--json"]);

    private static string CatalogueIn(string shared) => Path.Combine(shared, SampleDataset.Catalogue.Name);

    /// <summary>Returns the formats that the recipes name in their comments, and that of the recipes themselves.</summary>
    private static IEnumerable<SourceFormat> OfRecipes()
    {
        List<(string Format, SourceInput Input)> inputs = [];
        List<SourceInput> recipes = [];
        foreach (string name in Directory.EnumerateFiles(TestPaths.Data(RecipeFolder), "*.yaml").Select(f => Path.GetFileName(f))
            .Order(StringComparer.Ordinal))
        {
            string[] lines = File.ReadAllLines(TestPaths.Data(RecipeFolder + name));
            string[] sources = [.. Comments("# file: ")];
            inputs.AddRange(sources.Select(source => (Comments("# format: ").Single(), new SourceInput(source,
                [RecipeFolder + name, .. sources.Where(s => s != source)],
                (_, file, output) => ["build", Path.Combine(Path.GetDirectoryName(file)!, name), "--out", output]))));
            recipes.Add(new SourceInput(RecipeFolder + name, sources, (_, file, output) => ["build", file, "--out", output]));

            IEnumerable<string> Comments(string prefix) =>
                lines.Where(l => l.StartsWith(prefix, StringComparison.Ordinal)).Select(l => l[prefix.Length..]);
        }
        return [.. inputs.GroupBy(i => i.Format, i => i.Input).Select(f => new SourceFormat(f.Key, [.. f])), new("recipe", recipes)];
    }
}
