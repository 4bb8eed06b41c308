using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary><c>pile ls</c>: what a folder or bucket prefix has of datasets, sources, layers and saved queries.</summary>
internal static class LsCommand
{
    private static readonly Argument<string> Address = new("ADDRESS")
    {
        Description = "A folder, or s3://bucket/prefix; the working folder by default.",
        DefaultValueFactory = _ => ".",
    };

    internal static Command Create()
    {
        VerbCommand command = new("ls", "Lists the datasets, sources, layers and saved queries below a folder or bucket prefix.",
            "pile ls data", "pile ls s3://bucket/lab --json")
        { Address };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string address = parsed.GetRequiredValue(Address);
        IReadOnlyList<StoredItem> items = await StoredItems.ListAsync(address, CommonOptions.DatasetOptionsOf(parsed), cancellationToken)
            .ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartArray();
                foreach (StoredItem item in items)
                {
                    json.WriteStartObject();
                    json.WriteString("kind", item.Kind);
                    json.WriteString("name", item.Name);
                    json.WriteString("path", item.Path);
                    if (item.Rows is { } rows)
                        json.WriteInteger("rows", rows);
                    if (item.Bytes is { } bytes)
                        json.WriteInteger("bytes", bytes);
                    if (item.Version is not null)
                        json.WriteString("version", item.Version);
                    if (item.Commits is { } commits)
                        json.WriteInteger("commits", commits);
                    if (item.IsPartial)
                        json.WriteBoolean("partial", true);
                    if (item.Fault is not null)
                        json.WriteString("fault", item.Fault);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
        else if (items.Count == 0)
            CommonOptions.Messages(parsed)($"there is no dataset, source, layer or saved query below '{address}'");
        else
            TextTable.Write(TerminalText.Output, [("kind", false), ("path", false), ("name", false), ("rows", true), ("size", true),
                ("version", false)], [.. items.Select(i => new[] { i.Kind, i.Path, i.Name,
                i.Rows?.ToString("N0", CultureInfo.InvariantCulture) ?? "", i.Bytes is { } size ? SizeText.Of(size) : "", i.Fault
                ?? i.Version ?? $"{CountText.Of(i.Commits ?? 0, "commit")}{(i.IsPartial ? ", partial" : "")}" })]);
        foreach (StoredItem item in items.Where(i => i.Fault is not null))
            CommonOptions.Messages(parsed)($"'{item.Path}' cannot be opened: {item.Fault}");
        return items.Any(i => i.Fault is not null) ? ExitCode.RowsSkipped : ExitCode.Done;
    }
}
