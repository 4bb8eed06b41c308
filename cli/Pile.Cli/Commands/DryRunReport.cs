using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Pile.Builders;
using Pile.Cli.Terminal;
using Pile.Format;

namespace Pile.Cli.Commands;

/// <summary>The report of <c>pile build --dry-run</c>.</summary>
internal static class DryRunReport
{
    internal static int Write(ParseResult parsed, Recipe recipe, BuildEstimate estimate, string output)
    {
        long free = FreeBytes(output);
        if (parsed.GetValue(CommonOptions.Json))
            WriteJson(estimate, free);
        else
        {
            foreach (SourceUnit unit in estimate.Units)
                TerminalText.Output.WriteLine(TerminalText.Escape(unit.Id));
            string skipped = estimate.Skipped == 0 ? ""
                : string.Create(CultureInfo.InvariantCulture, $"{estimate.Skipped:N0} rows or files would be skipped; ");
            CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
                $"{CountText.Of(estimate.Units.Count, "unit")}, about {estimate.SourceBytes:N0} bytes, builder {recipe.Source.Kind}: "
                    + $"{CountText.Of(estimate.Rows, "row")} in {CountText.Of(estimate.Cells, "cell")} "
                    + $"({PartitionText.Of(estimate.Partition)}), {estimate.ValueBytes:N0} bytes of values; "
                    + $"the build needs about {estimate.DiskBytes:N0} bytes of disk, {free:N0} are free; {skipped}nothing was written"));
        }
        return estimate.Skipped > 0 ? ExitCode.RowsSkipped : ExitCode.Done;
    }

    /// <summary>Lists the files that the build would fetch. The rows cannot be counted without them.</summary>
    internal static int WriteMissing(ParseResult parsed, ImmutableArray<SourceMirror> missing)
    {
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("fetch");
                foreach (SourceMirror mirror in missing)
                {
                    json.WriteStartObject();
                    json.WriteString("file", mirror.File);
                    json.WriteString("sha256", mirror.Sha256);
                    json.WriteStartArray("urls");
                    foreach (string url in mirror.Urls)
                        json.WriteStringValue(Redaction.Apply(url));
                    json.WriteEndArray();
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            });
        else
            foreach (SourceMirror mirror in missing)
                TerminalText.Output.WriteLine(TerminalText.Escape($"fetch {mirror.File} from {Redaction.Apply(mirror.Urls[0])}"));
        CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
            $"the build would fetch {missing.Length:N0} files that are missing; the rows can be counted when they exist; nothing was "
                + $"written"));
        return ExitCode.Done;
    }

    private static void WriteJson(BuildEstimate estimate, long free) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("units");
        foreach (SourceUnit unit in estimate.Units)
            json.WriteStringValue(unit.Id);
        json.WriteEndArray();
        json.WriteInteger("bytes", estimate.SourceBytes);
        json.WriteInteger("rows", estimate.Rows);
        json.WriteInteger("cells", estimate.Cells);
        json.WriteInteger("skipped", estimate.Skipped);
        PartitionText.Write(json, estimate.Partition);
        json.WriteInteger("value_bytes", estimate.ValueBytes);
        json.WriteInteger("disk_bytes", estimate.DiskBytes);
        json.WriteInteger("free_bytes", free);
        json.WriteEndObject();
    });

    /// <summary>Returns the free space of the disk of the output, which need not exist yet.</summary>
    private static long FreeBytes(string output)
    {
        string folder = Path.GetFullPath(output);
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder)!;
        return new DriveInfo(folder).AvailableFreeSpace;
    }
}
