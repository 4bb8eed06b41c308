using System.Globalization;
using Pile.Soak.Running;
using Pile.TestServices;

namespace Pile.Soak.Campaigns;

/// <summary>Reads datasets from a web server whose answers are faulty at random.</summary>
internal sealed class FaultyRequests : Campaign
{
    private readonly List<(SampleDataset Kind, List<string> Expected)> samples = [];
    private string served = "";

    internal override string Name => "requests";

    internal override string Promise =>
        "A dataset is read over HTTP while the answer to one of its requests is faulty: an error status, a dropped or silent connection, "
            + "changed bytes, a wrong range, length or tag. " +
        "The verb then returns exactly what it returns without the fault (after a retry), or reports an error.";

    internal override int FullCount => 1000;

    private static IEnumerable<ReadingVerb> Verbs =>
        ReadingVerb.All.Where(v => v.Name is "query" or "query --where" or "sql" or "read" or "stream" or "copy" or "info");

    internal override async Task PrepareAsync(string folder)
    {
        served = folder;
        await using FileServer server = new(folder);
        foreach (SampleDataset kind in (SampleDataset[])[SampleDataset.Images, SampleDataset.Catalogue])
        {
            await kind.BuildAsync(folder);
            List<string> expected = [];
            foreach (ReadingVerb verb in Verbs)
                expected.Add(await verb.RunUndamagedAsync(kind, $"{server.Address}{kind.Name}",
                    Path.Combine(folder, $"{kind.Name}-{verb.Name}")));
            samples.Add((kind, expected));
        }
    }

    internal override async Task RunCaseAsync(int number, Random random, string folder, CampaignLog log)
    {
        (SampleDataset kind, List<string> expected) = samples[random.Next(samples.Count)];
        int which = random.Next(expected.Count), at = random.Next(8), repeats = random.Next(4) == 0 ? int.MaxValue : 1;
        ReadingVerb verb = Verbs.ElementAt(which);
        (string name, Fault fault) = FaultOf(random);
        await using FileServer server = new(served);
        await using FaultProxy proxy = new(server.Address);
        bool isFaulty = false;
        proxy.Plan = (_, request) =>
        {
            if (request < at || request - at >= repeats)
                return null;
            isFaulty = true;
            return fault;
        };
        (string? value, PileResult result) = await verb.RunAsync(PileProcess.RunAsync, kind, $"{proxy.Address}{kind.Name}", folder);
        string what = string.Create(CultureInfo.InvariantCulture,
            $"{verb.Name} of '{kind.Name}', request {at}: {name}, {(repeats == 1 ? "once" : "from then on")}");
        if (result.Defect is { } defect)
            log.Fail(number, $"{what}: {defect}: {result.Error}");
        else if (value is not null && value != expected[which])
            log.Fail(number, $"{what}: returns {value} instead of {expected[which]}");
        else if (value is null && result.ExitCode != 1
            && !(fault.Status == 404 && result.Error.Contains("No dataset at", StringComparison.Ordinal)))
            log.Fail(number, $"{what}: reports a usage error (exit code {result.ExitCode}): {result.Error}");
        else
            log.Count(!isFaulty ? "finished before the fault" : value is null ? "reported" : "read all the same");
    }

    private static (string Name, Fault Fault) FaultOf(Random random)
    {
        int place = random.Next(2000), bit = random.Next(8);
        return random.Next(10) switch
        {
            0 => ("status 500", new Fault { Status = 500 }),
            1 => ("status 503", new Fault { Status = 503, Body = "<Error><Code>SlowDown</Code></Error>" }),
            2 => ("status 403", new Fault { Status = 403 }),
            3 => ("status 404", new Fault { Status = 404 }),
            4 => ("dropped connection", new Fault { CutAfter = place }),
            5 => ("flipped bit", new Fault { Bytes = (bytes, start) => Flip(bytes.Span, place - start, bit) }),
            6 => ("another tag", new Fault { Head = head => head["ETag"] = "\"another\"" }),
            7 => ("another range", new Fault
            {
                Head = head => head["Content-Range"] = head["Content-Range"] is null ? null
                : "bytes 1-7/9000"
            }),
            8 => ("a length of 2^60", new Fault { Head = head => head["Content-Length"] = "1152921504606846976", CutAfter = place }),
            _ => ("the whole file instead of a range", new Fault { Head = head => head["Content-Range"] = null }),
        };
    }

    private static void Flip(Span<byte> bytes, long at, int bit)
    {
        if (at >= 0 && at < bytes.Length)
            bytes[(int)at] ^= (byte)(1 << bit);
    }
}
