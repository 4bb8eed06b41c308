using Pile.Soak.Running;
using Pile.TestKit;

namespace Pile.Soak.Campaigns;

/// <summary>Damages real source files of every format and gives them to the verbs that read such files.</summary>
internal sealed class FileMutations : Campaign
{
    private const int CasesPerFormat = 2000;

    private string shared = "";

    internal override string Name => "mutations";

    internal override string Promise =>
        "A real source file (tables, spectra, images, cubes, light curves, coverage maps, recipes, collections) is damaged in one of seven "
            + "ways. " +
        "The program then reports an error, or builds a dataset that is valid; it neither crashes, nor hangs, nor prints a stack trace. A "
            + "case takes at most 10 s of processor time and 1 GiB of memory, and after an error neither a result nor temporary files "
            + "remain.";

    internal override int FullCount => CasesPerFormat * SourceFormat.All.Count;

    internal override async Task PrepareAsync(string folder)
    {
        shared = folder;
        await SampleDataset.Catalogue.BuildAsync(folder);
        await SampleDataset.Spectra.BuildAsync(folder);
        Python.Run(await File.ReadAllTextAsync(TestPaths.Data("scripts/make_soak_sources.py")), folder, TestPaths.Data(""));
        Python.Run(await File.ReadAllTextAsync(TestPaths.Data("scripts/make_manga.py")), folder, "7443-12703");
        await ArrowSources.WriteAsync(folder);
    }

    internal override async Task RunCaseAsync(int number, Random random, string folder, CampaignLog log)
    {
        SourceFormat format = SourceFormat.All[number % SourceFormat.All.Count];
        SourceInput input = format.Inputs[random.Next(format.Inputs.Count)];
        await input.RequireAcceptedAsync(shared);
        (byte[] bytes, string damage) = Mutation.Apply(await File.ReadAllBytesAsync(SourceInput.PathOf(shared, input.File)), random);
        MutationOutcome outcome = await new MutationCase(input, shared, bytes).RunAsync(folder);
        if (outcome.Name is { } name)
            log.Count(format.Name, name);
        else
            log.Fail(number,
                $"{format.Name}: {input.Arguments(shared, input.File, "output")[0]} of '{input.File}' with {damage}: {outcome}");
    }
}
