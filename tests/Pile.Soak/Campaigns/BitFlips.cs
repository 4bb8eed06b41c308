using System.Globalization;
using Pile.Soak.Running;

namespace Pile.Soak.Campaigns;

/// <summary>Flips one bit somewhere in a dataset, then runs every reading verb.</summary>
internal sealed class BitFlips : Campaign
{
    private readonly List<Sample> samples = [];

    internal override string Name => "flips";

    internal override string Promise =>
        "One bit of one file of a dataset is flipped. Every reading verb then reports an error, or returns exactly what it returned "
            + "before; " +
        "`validate --deep` reports every flip.";

    internal override int FullCount => 1000;

    internal override async Task PrepareAsync(string folder)
    {
        foreach (SampleDataset kind in (SampleDataset[])[SampleDataset.Spectra, SampleDataset.Images, SampleDataset.Catalogue])
        {
            string dataset = await kind.BuildAsync(folder);
            List<string> expected = [];
            foreach (ReadingVerb verb in ReadingVerb.All)
                expected.Add(await verb.RunUndamagedAsync(kind, dataset, Path.Combine(folder, $"{kind.Name}-{verb.Name}")));
            samples.Add(new Sample(kind, dataset,
                [.. Directory.EnumerateFiles(dataset, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)], expected));
        }
    }

    internal override async Task RunCaseAsync(int number, Random random, string folder, CampaignLog log)
    {
        Sample sample = samples[random.Next(samples.Count)];
        string original = sample.Files[random.Next(sample.Files.Length)], relative = Path.GetRelativePath(sample.Dataset, original);
        byte[] bytes = await File.ReadAllBytesAsync(original);
        if (bytes.Length == 0)
            return;
        int at = random.Next(bytes.Length), bit = random.Next(8);
        bytes[at] ^= (byte)(1 << bit);
        string dataset = SampleDataset.Link(sample.Dataset, Path.Combine(folder, Path.GetFileName(sample.Dataset)));
        SampleDataset.Replace(Path.Combine(dataset, relative), bytes);

        string flip = string.Create(CultureInfo.InvariantCulture,
            $"bit {bit} of byte {at} of '{Path.GetFileName(sample.Dataset)}/{relative}'");
        bool isDetected = false;
        for (int i = 0; i < ReadingVerb.All.Length; i++)
        {
            ReadingVerb verb = ReadingVerb.All[i];
            (string? value, PileResult result) = await verb.RunAsync(HostProcess.RunAsync, sample.Kind, dataset,
                Directory.CreateDirectory(Path.Combine(folder, verb.Name)).FullName);
            isDetected |= value is null;
            if (result.Defect is { } defect)
                log.Fail(number, $"{flip}: {verb.Name}: {defect}: {result.Error}");
            else if (value is null && result.ExitCode != 1)
                log.Fail(number, $"{flip}: {verb.Name} reports a usage error (exit code {result.ExitCode}): {result.Error}");
            else if (value is not null && value != sample.Expected[i])
                log.Fail(number, $"{flip}: {verb.Name} returns other values");
            else if (value is not null && verb.MustDetect)
                log.Fail(number, $"{flip}: {verb.Name} does not report it");
            else
                log.Count(value is null ? $"{verb.Name}: reported" : $"{verb.Name}: without effect");
        }
        log.Count(isDetected ? "flips reported by a verb" : "flips without effect on any verb");
    }

    private sealed record Sample(SampleDataset Kind, string Dataset, string[] Files, List<string> Expected);
}
