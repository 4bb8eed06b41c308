using Pile.Soak.Running;
using Pile.TestKit;

namespace Pile.Soak.Campaigns;

/// <summary>Damages HDF5 files and tar archives of other programs, adopts them, and reads all rows.</summary>
internal sealed class ArchiveMutations : Campaign
{
    private const int CasesPerFormat = 3400, ValidationEvery = 8; // a deep validation takes longer than the rest of a case

    private string shared = "";

    internal override string Name => "archives";

    internal override string Promise =>
        "An HDF5 file or a tar archive of another program is damaged and then adopted: bytes and blocks are changed, swapped, removed or "
            + "inserted, or metadata are changed and their checksums corrected. Adopting it then reports an error that names the file, or "
            + "every row can be read or is reported as unreadable, and a deep validation agrees (one of eight cases). A case takes at "
            + "most 10 s of processor time and 1 GiB of memory, and after an error neither a result nor temporary files remain.";

    internal override int FullCount => CasesPerFormat * ArchiveFormat.All.Count;

    internal override async Task PrepareAsync(string folder)
    {
        shared = folder;
        Python.Run(await File.ReadAllTextAsync(TestPaths.Data("scripts/make_soak_archives.py")), folder, TestPaths.Data(""));
    }

    internal override async Task RunCaseAsync(int number, Random random, string folder, CampaignLog log)
    {
        ArchiveFormat format = ArchiveFormat.All[number % ArchiveFormat.All.Count];
        SourceInput input = format.Inputs[random.Next(format.Inputs.Count)];
        await input.RequireAcceptedAsync(shared);
        string file = SourceInput.PathOf(shared, input.File);
        (byte[] bytes, string damage) = ArchiveDamage.Apply(file, await File.ReadAllBytesAsync(file), random);
        if (random.Next(ValidationEvery) == 0)
            input = input.With(ArchiveCommand.Validates);
        MutationOutcome outcome = await new MutationCase(input, shared, bytes).RunAsync(folder);
        if (outcome.Name is { } name)
            log.Count(format.Name, name);
        else
            log.Fail(number, $"{format.Name}: '{input.File}' with {damage}: {outcome}");
    }
}
