using Pile.Soak.Running;
using Pile.TestKit;

namespace Pile.Soak.Campaigns;

/// <summary>Damages real source files of every format and gives them to the verbs that read such files.</summary>
internal sealed class FileMutations : Campaign
{
    private readonly List<Input> inputs = [];
    private string catalogue = "";

    internal override string Name => "mutations";

    internal override string Promise =>
        "A real source file (CSV, ECSV, FITS, VOTable, Parquet, gzip, spectra, images, cubes, light curves, coverage maps, recipes) is "
            + "damaged in one of seven ways. " +
        "The program then reports an error, or builds a dataset that is valid; it neither crashes, nor hangs, nor prints a stack trace.";

    internal override int FullCount => 10_000;

    internal override async Task PrepareAsync(string folder)
    {
        catalogue = await SampleDataset.Catalogue.BuildAsync(folder);
        foreach (string table in (string[])["result.csv", "result.ecsv", "result.fits", "result.vot", "small_sky.parquet", "catalog.csv.gz",
            "1710099405832VAL-result.vot", "gaia_minimum.csv",
            "multi_row_group.parquet", "small_sky.fits", "sweep-330m005-340p000.fits", "formats/healpix_29_index.parquet"])
        {
            inputs.Add(new Input(TestPaths.Data($"catalog/{table}"), [],
                (file, output) => ["build", "--from", file, "--out", output, "--on-error", "stop"]));
            inputs.Add(new Input(TestPaths.Data($"catalog/{table}"), [],
                (file, output) => ["build", "--from", file, "--out", output, "--on-error", "skip"]));
            inputs.Add(new Input(TestPaths.Data($"catalog/{table}"), [],
                (file, output) => ["crossmatch", catalogue, file, "--radius", "10", "--join", "left", "--out", output + ".csv"]));
        }
        foreach (string recipe in Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "tests", "Pile.Soak", "Recipes"), "*.yaml")
            .Order(StringComparer.Ordinal))
        {
            string[] sources = [.. (await File.ReadAllLinesAsync(recipe)).Where(l => l.StartsWith("# file: ", StringComparison.Ordinal))
                .Select(l => TestPaths.Data(l["# file: ".Length..]))];
            foreach (string source in sources)
                inputs.Add(new Input(source, [recipe, .. sources.Where(s => s != source)],
                    (file, output) => ["build", Path.Combine(Path.GetDirectoryName(file)!, Path.GetFileName(recipe)), "--out", output]));
            inputs.Add(new Input(recipe, sources, (file, output) => ["build", file, "--out", output]));
        }
        foreach (string moc in Directory.EnumerateFiles(TestPaths.Data("catalog/moc"), "*", SearchOption.AllDirectories)
            .Where(f => new FileInfo(f).Length is > 0 and < 200_000).Order(StringComparer.Ordinal))
            inputs.Add(new Input(moc, [], (file, _) => ["query", catalogue, "--moc", file, "--columns", "object_id", "--json"]));
    }

    internal override async Task RunCaseAsync(int number, Random random, string folder, CampaignLog log)
    {
        Input input = inputs[random.Next(inputs.Count)];
        (byte[] bytes, string damage) = Mutation.Apply(await File.ReadAllBytesAsync(input.File), random);
        foreach (string other in input.Others)
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(other)), other);
        string file = Path.Combine(folder, Path.GetFileName(input.File)), output = Path.Combine(folder, "output");
        await File.WriteAllBytesAsync(file, bytes);

        string[] arguments = input.Arguments(file, output);
        string what = $"{arguments[0]} of '{Path.GetRelativePath(TestPaths.Root, input.File)}' with {damage}";
        PileResult result = await HostProcess.RunAsync(folder, arguments);
        if (result.Defect is { } defect)
            log.Fail(number, $"{what}: {defect}: {result.Error}");
        else if (result.ExitCode is 1 or 2)
            log.Count(Path.Exists(output) ? "rejected, with output" : "rejected");
        else if (arguments[0] == "build" && await HostProcess.RunAsync(folder, "validate", output, "--deep") is { ExitCode: not 0 } invalid)
            log.Fail(number, $"{what}: the dataset is not valid: {invalid.Output}{invalid.Error}");
        else
            log.Count(result.ExitCode == 3 ? "accepted, rows skipped" : "accepted");
    }

    private sealed record Input(string File, string[] Others, Func<string, string, string[]> Arguments);
}
