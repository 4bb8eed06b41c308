using System.Globalization;
using System.Text.Json;
using Pile.Soak.Running;
using Pile.TestServices;

namespace Pile.Soak.Campaigns;

/// <summary>Many processes commit to one layer at the same time, in a folder and on an S3 server.</summary>
internal sealed class LayerWriters : Campaign
{
    private const int Writers = 16, CommitsEach = 63;

    private string dataset = "";
    private S3Gateway? gateway;

    internal override string Name => "layer-writers";

    internal override string Promise => "16 writers in processes of their own make 63 commits each to one layer, of values of their own "
        + "rows: in even cases in a folder, in odd ones on an S3 server. The log has each of the 1,008 commits once and is valid, and the "
        + "layer has every value.";

    internal override int FullCount => 2;

    internal override async Task PrepareAsync(string folder)
    {
        string rows = Path.Combine(folder, "rows.csv");
        await File.WriteAllLinesAsync(rows, Enumerable.Range(1, Writers * CommitsEach).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{i},{i % 360},{i % 90}")).Prepend("object_id,ra,dec"));
        dataset = Path.Combine(folder, "data");
        await RequireAsync(folder, "build", "--from", rows, "--out", dataset);
        gateway = await S3Gateway.SharedAsync();
        gateway.UseHere();
    }

    internal override async Task RunCaseAsync(int number, Random random, string folder, CampaignLog log)
    {
        string layer = number % 2 == 0 ? Path.Combine(folder, "layer") : $"s3://{await gateway!.NewBucketAsync()}/layer";
        await RequireAsync(folder, "layer", "create", layer, "--of", dataset);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => WriteAsync(number, folder, layer, w, log)));
        PileResult history = await PileProcess.RunAsync(folder, "layer", "log", layer, "--json"),
            verified = await PileProcess.RunAsync(folder, "layer", "verify", layer),
            count = await PileProcess.RunAsync(folder, "sql", dataset, "--layer", layer, "--json",
                string.Create(CultureInfo.InvariantCulture,
                    $"SELECT count(*) AS n FROM d WHERE writer * {CommitsEach} + turn + 1 = object_id"));
        if ((history.ExitCode, verified.ExitCode, count.ExitCode) != (0, 0, 0))
        {
            log.Fail(number, history.Error + verified.Error + count.Error);
            return;
        }
        using JsonDocument commits = JsonDocument.Parse(history.Output), found = JsonDocument.Parse(count.Output);
        string[] messages = [.. commits.RootElement.EnumerateArray().Select(c => c.GetProperty("message").GetString()!)];
        long values = found.RootElement[0].GetProperty("n").GetInt64();
        if (messages.Length != Writers * CommitsEach || messages.Distinct().Count() != messages.Length || values != messages.Length)
            log.Fail(number, string.Create(CultureInfo.InvariantCulture, $"{messages.Length} commits, {messages.Distinct().Count()} of "
                + $"them different, {values} values; expected {Writers * CommitsEach} of each"));
        else
            log.Count(number % 2 == 0 ? "in a folder, none is lost or doubled" : "on S3, none is lost or doubled");
    }

    private async Task WriteAsync(int number, string folder, string layer, int writer, CampaignLog log)
    {
        for (int turn = 0; turn < CommitsEach; turn++)
        {
            string table = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{writer}-{turn}.csv"));
            await File.WriteAllTextAsync(table, string.Create(CultureInfo.InvariantCulture,
                $"object_id,writer,turn\n{(writer * CommitsEach) + turn + 1},{writer},{turn}\n"));
            PileResult result = await PileProcess.RunAsync(folder, "layer", "set", layer, table, "--of", dataset, "--message",
                string.Create(CultureInfo.InvariantCulture, $"{writer} {turn}"));
            if (result.ExitCode != 0)
                log.Fail(number, result.Error);
        }
    }

    private static async Task RequireAsync(string folder, params string[] arguments)
    {
        if (await PileProcess.RunAsync(folder, arguments) is { ExitCode: not 0 } failed)
            throw new InvalidOperationException($"'{string.Join(' ', arguments.Take(2))}' fails: {failed.Error}");
    }
}
