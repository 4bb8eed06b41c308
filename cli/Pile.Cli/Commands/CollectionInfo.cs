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
        List<(CollectionMember Member, Manifest Manifest)> datasets = [];
        foreach (CollectionMember member in collection.Members)
            await using (Dataset dataset = await Dataset.OpenAsync(collection.AddressOf(member),
                CommonOptions.DatasetOptionsOf(parsed), cancellationToken).ConfigureAwait(false))
                datasets.Add((member, dataset.Manifest));
        if (parsed.GetValue(CommonOptions.Json))
            WriteJson(collection, datasets);
        else
            WriteText(TerminalText.Output, collection, datasets);
        return ExitCode.Done;
    }

    private static void WriteText(TextWriter output, DatasetCollection collection,
        List<(CollectionMember Member, Manifest Manifest)> datasets)
    {
        output.WriteLine(TerminalText.Escape($"{collection.Name}: {collection.Description ?? "a collection"}"));
        output.WriteLine();
        TextTable.Write(output, [("dataset", false), ("name", false), ("version", false), ("modality", false), ("rows", true),
            ("bytes", true), ("about", false)],
            [.. datasets.Select(d => new[] { d.Member.Name, d.Manifest.Name, d.Manifest.Version, d.Manifest.Modality,
                d.Manifest.Rows.ToString("N0", CultureInfo.InvariantCulture), d.Manifest.Bytes.ToString("N0", CultureInfo.InvariantCulture),
                d.Member.Description ?? d.Manifest.Description ?? "" })]);
    }

    private static void WriteJson(DatasetCollection collection, List<(CollectionMember Member, Manifest Manifest)> datasets) =>
        JsonOutput.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("name", collection.Name);
            json.WriteString("description", collection.Description);
            json.WriteInteger("rows", datasets.Sum(d => d.Manifest.Rows));
            json.WriteInteger("bytes", datasets.Sum(d => d.Manifest.Bytes));
            json.WriteStartArray("datasets");
            foreach ((CollectionMember member, Manifest manifest) in datasets)
            {
                json.WriteStartObject();
                json.WriteString("member", member.Name);
                json.WriteString("address", member.Address);
                json.WriteString("description", member.Description);
                json.WriteString("name", manifest.Name);
                json.WriteString("version", manifest.Version);
                json.WriteString("modality", manifest.Modality);
                json.WriteInteger("rows", manifest.Rows);
                json.WriteInteger("shards", manifest.Shards);
                json.WriteInteger("bytes", manifest.Bytes);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
}
