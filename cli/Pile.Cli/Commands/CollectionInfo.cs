using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary><c>pile info</c> of a collection: a line for each dataset.</summary>
internal static class CollectionInfo
{
    internal static async Task<int> RunAsync(ParseResult parsed, string address, CancellationToken cancellationToken)
    {
        DatasetCollection collection = await DatasetCollection.OpenAsync(address, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        List<MemberInfo> datasets = [];
        foreach (CollectionMember member in collection.Members)
            try
            {
                await using Dataset dataset = await Dataset.OpenAsync(collection.AddressOf(member),
                    CommonOptions.DatasetOptionsOf(parsed), cancellationToken).ConfigureAwait(false);
                datasets.Add(new(member, dataset.Manifest, null));
            }
            catch (PileException e) when (CollectionMemberException.IsOfOne(e))
            {
                datasets.Add(new(member, null, CollectionMemberException.Of(collection, member, e)));
            }
        if (parsed.GetValue(CommonOptions.Json))
            WriteJson(collection, datasets);
        else
            WriteText(TerminalText.Output, collection, datasets);
        return datasets.Find(d => d.Fault is not null)?.Fault is { } fault ? throw fault : ExitCode.Done; // the others are shown before
    }

    private static void WriteText(TextWriter output, DatasetCollection collection,
        List<MemberInfo> datasets)
    {
        output.WriteLine(TerminalText.Escape($"{collection.Name}: {collection.Description ?? "a collection"}"));
        output.WriteLine();
        TextTable.Write(output, [("dataset", false), ("name", false), ("version", false), ("modality", false), ("rows", true),
            ("bytes", true), ("about", false)],
            [.. datasets.Select(d => d.Manifest is { } manifest ? new[] { d.Member.Name, manifest.Name, manifest.Version, manifest.Modality,
                manifest.Rows.ToString("N0", CultureInfo.InvariantCulture), manifest.Bytes.ToString("N0", CultureInfo.InvariantCulture),
                d.Member.Description ?? manifest.Description ?? "" }
                : [d.Member.Name, "", "", "", "", "",
                    (d.Fault as DatasetInvalidException)?.Finding ?? (d.Fault!.InnerException ?? d.Fault).Message])]);
    }

    private static void WriteJson(DatasetCollection collection, List<MemberInfo> datasets) =>
        JsonOutput.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("name", collection.Name);
            json.WriteString("description", collection.Description);
            json.WriteInteger("rows", datasets.Sum(d => d.Manifest?.Rows ?? 0));
            json.WriteInteger("bytes", datasets.Sum(d => d.Manifest?.Bytes ?? 0));
            json.WriteStartArray("datasets");
            foreach ((CollectionMember member, Manifest? manifest, PileException? fault) in datasets)
            {
                json.WriteStartObject();
                json.WriteString("member", member.Name);
                json.WriteString("address", member.Address);
                json.WriteString("description", member.Description);
                if (manifest is not null)
                {
                    json.WriteString("name", manifest.Name);
                    json.WriteString("version", manifest.Version);
                    json.WriteString("modality", manifest.Modality);
                    json.WriteInteger("rows", manifest.Rows);
                    json.WriteInteger("shards", manifest.Shards);
                    json.WriteInteger("bytes", manifest.Bytes);
                }
                else
                    json.WriteString("error", fault!.Message);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private sealed record MemberInfo(CollectionMember Member, Manifest? Manifest, PileException? Fault);
}
