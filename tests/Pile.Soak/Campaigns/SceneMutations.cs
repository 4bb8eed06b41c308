using System.Diagnostics;
using Pile.Soak.Running;
using Pile.TestKit;

namespace Pile.Soak.Campaigns;

/// <summary>Damages real GeoTIFF files and STAC items, builds chips of them, validates the dataset and reads all chips.</summary>
internal sealed class SceneMutations : Campaign
{
    private const int Cases = 10_000;
    private const string Unreadable = "accepted with unreadable pixels";

    // Items of other programs, whose rasters are elsewhere: their chips are built from what the items state.
    private static readonly string[] Items = ["S2A_28QCH_20200714_0_L2A", "LC08_L2SP_028030_20200114_20200824_02_T1_SR"];

    private static readonly string[] Rasters = ["B09", "blue", "cog_rgb_mask", "m_4208701_ne_16_060_20200902"];

    private string shared = "";

    internal override string Name => "scenes";

    internal override string Promise =>
        "A real GeoTIFF file, or a STAC item, is damaged, and chips are built of the scene, validated deeply and read. Each verb then "
            + "reports an error, or chips are built and read; an error in pixels names the file. No verb crashes, hangs, or prints a stack "
            + "trace. A case takes at most 10 s of processor time and 1 GiB of memory, and after an error neither a result nor temporary "
            + "files remain.";

    internal override int FullCount => Cases;

    internal override async Task PrepareAsync(string folder)
    {
        shared = folder;
        Python.Run(await File.ReadAllTextAsync(TestPaths.Data("scripts/make_soak_scenes.py")), folder, TestPaths.Data("eo"),
            string.Join(',', Rasters), string.Join(',', Items));
        foreach (string name in Rasters.Concat(Items))
        {
            byte[] undamaged = await File.ReadAllBytesAsync(Path.Combine(folder, name + ".json"));
            MutationOutcome outcome = await RunAsync(Directory.CreateDirectory(Path.Combine(folder, $"undamaged-{name}")).FullName,
                name + ".json", undamaged, HostProcess.RunAsync);
            if (outcome.Name != (Rasters.Contains(name) ? MutationCase.Accepted : Unreadable))
                throw new UnreachableException($"The undamaged item '{name}' is not accepted: {outcome}");
        }
    }

    internal override async Task RunCaseAsync(int number, Random random, string folder, CampaignLog log)
    {
        string raster = Rasters[random.Next(Rasters.Length)];
        (string format, string name) = (number % 3) switch
        {
            0 => ("GeoTIFF", raster + ".tif"),
            1 => ("STAC item of a GeoTIFF", raster + ".json"),
            _ => ("STAC item alone", Items[random.Next(Items.Length)] + ".json"),
        };
        (byte[] bytes, string damage) = Mutation.Apply(await File.ReadAllBytesAsync(Path.Combine(shared, name)), random);
        MutationOutcome outcome = await RunAsync(Case("first"), name, bytes, HostProcess.RunAsync);
        if (outcome.IsOfLimit)
            outcome = await RunAsync(Case("again"), name, bytes, HostProcess.RunInNewProcessAsync);
        if (outcome.Name is { } expected)
            log.Count(format, expected);
        else
            log.Fail(number, $"{format}: '{name}' with {damage}: {outcome}");

        string Case(string part) => Directory.CreateDirectory(Path.Combine(folder, part)).FullName;
    }

    private async Task<MutationOutcome> RunAsync(string folder, string name, byte[] bytes, Func<string, string[], Task<PileResult>> run)
    {
        string item = Path.ChangeExtension(name, ".json"), raster = Path.ChangeExtension(name, ".tif"),
            output = Path.Combine(folder, "output");
        foreach (string file in (string[])[item, raster])
            if (file == name)
                await File.WriteAllBytesAsync(Path.Combine(folder, file), bytes);
            else if (File.Exists(Path.Combine(shared, file)))
                File.Copy(Path.Combine(shared, file), Path.Combine(folder, file));
        await File.WriteAllTextAsync(Path.Combine(folder, "recipe.yaml"), $$"""
            pile: 1
            name: soak
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: l
            citation: c
            source:
              kind: stac-chips
              items: "{{item}}"
              assets: { mount: . }
              chip: { size: 128 }

            """);
        HashSet<string> before = [.. Directory.EnumerateFileSystemEntries(folder)];
        PileResult built = await run(folder, ["build", Path.Combine(folder, "recipe.yaml"), "--out", output]);
        if (MutationCase.FailureOf(built, built.Cost) is { } failure)
            return failure;
        bool isRejected = built.ExitCode is 1 or 2;
        if (MutationCase.Leftovers(folder, before, isRejected) is { Length: > 0 } leftovers)
            return MutationCase.Failed($"left behind: {string.Join(", ", leftovers)}", built);
        if (isRejected)
            return new MutationOutcome("rejected", null, built.Error, built.Cost);

        PileResult validated = await run(folder, ["validate", output, "--deep"]);
        RunCost cost = built.Cost.Then(validated.Cost);
        if (MutationCase.FailureOf(validated, cost) is { } invalid)
            return invalid;
        PileResult read = await run(folder, ["query", output, "--limit", "40", "--columns", "object_id,geometry,chip_x", "--json"]);
        cost = cost.Then(read.Cost);
        if (MutationCase.FailureOf(read, cost) is { } unread)
            return unread;
        if (read.ExitCode != 0)
            return MutationCase.Failed("the index cannot be read", read);
        PileResult pixels = await run(folder, ["stream", output, "--epochs", "1", "--batch", "8"]);
        cost = cost.Then(pixels.Cost);
        if (MutationCase.FailureOf(pixels, cost) is { } unreadable)
            return unreadable;
        // A damaged item may have an address without its ending.
        if (pixels.ExitCode != 0 && !pixels.Error.Contains(".tif", StringComparison.OrdinalIgnoreCase)
            && !pixels.Error.Contains("mount://", StringComparison.Ordinal))
            return MutationCase.Failed("the error does not name the file", pixels);
        // A block beyond the end of the file (G005) may be in no chip.
        if (pixels.ExitCode == 0 && validated.ExitCode != 0 && !validated.Output.Contains("G005", StringComparison.Ordinal))
            return MutationCase.Failed($"all pixels can be read, but the dataset is not valid: {validated.Output}", validated);
        return new MutationOutcome(pixels.ExitCode == 0 ? MutationCase.Accepted : Unreadable, null, pixels.Error, cost);
    }
}
