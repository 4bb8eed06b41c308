using System.Diagnostics;
using Pile.Soak.Running;
using Pile.TestKit;

namespace Pile.Soak.Campaigns;

/// <summary>Damages the files of datasets that were adopted with checksums, and reads all rows.</summary>
internal sealed class SourceChanges : Campaign
{
    private const int ValidationEvery = 4;

    private readonly List<AdoptedFile> adopted = [];

    internal override string Name => "sources";

    internal override string Promise =>
        "An HDF5 file or a tar archive is adopted with `--checksums`, and damaged after that, with the same time of modification. Every "
            + "value of a row, read with the row or in a batch, is then the original one or reported as unreadable; a deep validation (a "
            + "quarter of the cases) reports every change.";

    internal override int FullCount => 3000;

    internal override async Task PrepareAsync(string folder)
    {
        Python.Run(await File.ReadAllTextAsync(TestPaths.Data("scripts/make_soak_archives.py")), folder, TestPaths.Data(""));
        int number = 0;
        foreach ((ArchiveFormat format, string name, string kind) in
            from format in ArchiveFormat.All from name in format.Files from kind in format.Kinds select (format, name, kind))
        {
            string work = Directory.CreateDirectory(Path.Combine(folder, $"adopted-{number++}")).FullName,
                file = SourceInput.PathOf(folder, name), dataset = Path.Combine(work, "dataset");
            string copy = Path.Combine(Directory.CreateDirectory(Path.Combine(work, "files")).FullName, Path.GetFileName(file));
            File.Copy(file, copy);
            Require(name, await HostProcess.RunAsync(work, ArchiveCommand.Adopt, kind, copy, dataset, "--checksums"));
            string[] values = LinesOf(Require(name,
                await HostProcess.RunAsync(work, ArchiveCommand.Read, dataset, Path.GetDirectoryName(copy)!, ArchiveCommand.Validates)));
            if (values.Any(value => value == ArchiveCommand.Invalid || IsUnreadable(value)))
                throw new UnreachableException($"The undamaged file '{name}' is not valid: {string.Join('\n', values)}");
            // Other files have only light columns, whose values are in the index.
            if (values.Length > 0)
                adopted.Add(new AdoptedFile(format.Name, copy, dataset, values));
        }
    }

    internal override async Task RunCaseAsync(int number, Random random, string folder, CampaignLog log)
    {
        AdoptedFile source = adopted[number % adopted.Count];
        byte[] original = await File.ReadAllBytesAsync(source.File);
        (byte[] bytes, string damage) = ArchiveDamage.Apply(source.File, original, random);
        string file = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "files")).FullName, Path.GetFileName(source.File));
        await File.WriteAllBytesAsync(file, bytes);
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(source.File));
        // The number of a case divided by that of the files, so that each file is validated.
        bool isValidated = number / adopted.Count % ValidationEvery == 0;
        PileResult result = await HostProcess.RunAsync(folder, [ArchiveCommand.Read, source.Dataset, Path.GetDirectoryName(file)!,
            .. isValidated ? (string[])[ArchiveCommand.Validates] : []]);
        string[] lines = LinesOf(result), values = [.. lines.Where(line => line != ArchiveCommand.Invalid)];
        string what = $"{source.Format}: '{Path.GetFileName(file)}' with {damage}";
        if (result.Defect is { } defect)
            log.Fail(number, $"{what}: {defect}: {result.Error}");
        else if (values.Length != source.Values.Length)
            log.Fail(number, $"{what}: {values.Length} values instead of {source.Values.Length}");
        else if (Enumerable.Range(0, values.Length).FirstOrDefault(i => values[i] != source.Values[i] && !IsUnreadable(values[i]), -1)
            is >= 0 and var other)
            log.Fail(number, $"{what}: {values[other]} instead of {source.Values[other]}");
        else if (isValidated && lines.Contains(ArchiveCommand.Invalid) == bytes.AsSpan().SequenceEqual(original))
            log.Fail(number, $"{what}: the validation does not report it, or reports an undamaged file");
        else
            log.Count(source.Format, !values.Any(IsUnreadable) ? "all values original"
                : values.All(IsUnreadable) ? "no value readable" : "some values readable");
    }

    private static bool IsUnreadable(string value) => value.EndsWith(ArchiveRows.Error, StringComparison.Ordinal);

    private static PileResult Require(string name, PileResult result) => result.ExitCode == 0 ? result
        : throw new UnreachableException($"The undamaged file '{name}' is not accepted: {result.Error}");

    private static string[] LinesOf(PileResult result) => result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private sealed record AdoptedFile(string Format, string File, string Dataset, string[] Values);
}
