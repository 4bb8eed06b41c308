using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Layers;
using Pile.Reading;
using Pile.Review;
using Pile.Storage;

namespace Pile.Cli.Commands;

/// <summary><c>pile validate</c>: checks a dataset against the format.</summary>
internal static class ValidateCommand
{
    internal static Command Create()
    {
        Argument<string> dataset = new("DATASET") { Description = CommonOptions.DatasetHelp };
        Option<bool> deep = new("--deep") { Description = "Read every byte and check every checksum." };
        VerbCommand command = new("validate", "Checks a dataset, layer or source against the format; every finding has a stable code.",
            "pile validate sdss", "pile validate sdss --deep --json") { dataset, deep, CommonOptions.Mount };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = parsed.GetRequiredValue(dataset);
            if (SavedQueryFile.IsAddress(path))
                await using (Dataset saved = await Dataset.OpenAsync(path, CommonOptions.DatasetOptionsOf(parsed), cancellationToken)
                    .ConfigureAwait(false)) // checks the root
                    path = saved.Address;
            ValidationReport report = await LayerReportAsync(path, cancellationToken).ConfigureAwait(false)
                ?? await ValidateAsync(parsed, path, parsed.GetValue(deep), cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(CommonOptions.Json))
                WriteJson(report);
            else
                WriteText(report);
            return report.IsValid ? ExitCode.Done : ExitCode.DataAtFault;
        });
        return command;
    }

    /// <summary>Validates a layer or a source; null if there is something else.</summary>
    private static async Task<ValidationReport?> LayerReportAsync(string path, CancellationToken cancellationToken)
    {
        IReadOnlyList<Finding> findings;
        long rows = 0;
        if (DatasetCollection.IsWhole(path))
            return null;
        string resolved = await DatasetCollection.ResolveAsync(path, null, cancellationToken).ConfigureAwait(false);
        try
        {
            if (await LayerAddress.TryOpenAsync(resolved, cancellationToken).ConfigureAwait(false) is not (var layer, { At: null }))
                return null;
            (findings, rows) = await LayerValidation.RunAsync(layer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LayerInvalidException or DocumentInvalidException or VersionNotSupportedException)
        {
            findings = [new Finding(LayerFindingCodes.Manifest, FindingSeverity.Error, LayerPaths.Manifest, null, null,
                (e as LayerInvalidException)?.Finding ?? e.Message)];
        }
        return new ValidationReport
        {
            IsValid = findings.All(f => f.Severity == FindingSeverity.Warning),
            Rows = rows,
            Findings = [.. findings],
            Counts = findings.GroupBy(f => f.Code).ToImmutableSortedDictionary(g => g.Key, g => (long)g.Count()),
        };
    }

    /// <summary>Validates a dataset, or the datasets of a collection.</summary>
    internal static async Task<ValidationReport> ValidateAsync(ParseResult parsed, string path, bool isDeep,
        CancellationToken cancellationToken)
    {
        using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
        ValidationOptions options = new()
        {
            Deep = isDeep,
            Workers = CommonOptions.WorkersOf(parsed),
            MemoryBytes = CommonOptions.MemoryOf(parsed),
            Mounts = CommonOptions.MountsOf(parsed),
            Progress = new ValidationDisplay(display)
        };
        ValidationReport report = DatasetCollection.IsWhole(path)
            ? await ValidateAllAsync(path, options, CommonOptions.Warnings(parsed), cancellationToken).ConfigureAwait(false)
            : await DatasetValidator.ValidateAsync(await DatasetArgument.ResolveAsync(path, cancellationToken).ConfigureAwait(false),
                options, cancellationToken).ConfigureAwait(false);
        OptionNames names = new(parsed);
        return report with { Findings = [.. report.Findings.Select(f => f with { Message = names.In(f.Message) })] };
    }

    /// <summary>Validates the datasets of a collection; the paths of the findings begin with the name of the dataset.</summary>
    private static async Task<ValidationReport> ValidateAllAsync(string address, ValidationOptions options, Action<string> warn,
        CancellationToken cancellationToken)
    {
        DatasetCollection collection = await DatasetCollection.OpenAsync(address, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        List<ValidationReport> reports = [];
        foreach (CollectionMember member in collection.Members)
        {
            ValidationReport report;
            try
            {
                report = await DatasetValidator.ValidateAsync(member.Address, options, cancellationToken).ConfigureAwait(false);
            }
            catch (DatasetNotFoundException e)
            {
                report = Missing(DatasetCollection.MissingMember(collection.AddressOf(member), member.Address, e.Finding).Finding);
            }
            catch (RemoteCatalogueException e)
            {
                warn($"the member '{member.Name}' of the collection is not checked: {e.Message}");
                continue;
            }
            catch (StoreException e)
            {
                report = Missing($"the member '{member.Name}' of the collection cannot be reached: {e.Message}");
            }
            reports.Add(report with { Findings = [.. report.Findings.Select(f => f with { Path = $"{member.Name}: {f.Path}" })] });
        }
        return new ValidationReport
        {
            IsValid = reports.TrueForAll(r => r.IsValid),
            Rows = reports.Sum(r => r.Rows),
            Findings = [.. reports.SelectMany(r => r.Findings)],
            Counts = reports.SelectMany(r => r.Counts).GroupBy(c => c.Key)
                .ToImmutableSortedDictionary(g => g.Key, g => g.Sum(c => c.Value)),
        };
    }

    private static ValidationReport Missing(string finding) => new()
    {
        IsValid = false,
        Rows = 0,
        Findings = [new Finding(FindingCodes.ManifestInvalid, FindingSeverity.Error, DatasetPaths.Manifest, null, null, finding)],
        Counts = ImmutableSortedDictionary<string, long>.Empty.Add(FindingCodes.ManifestInvalid, 1),
    };

    internal static void WriteText(ValidationReport report)
    {
        foreach (Finding f in report.Findings)
        {
            string row = f.Row is { } number ? $", row {number.ToString(CultureInfo.InvariantCulture)}" : "";
            string place = $"{f.Path}{row}{(f.Column is { } column ? $", column '{column}'" : "")}";
            TerminalText.Output.WriteLine(
                $"{f.Code} {(f.Severity == FindingSeverity.Error ? "error  " : "warning")} {TerminalText.Escape($"{place}: {f.Message}")}");
        }
        foreach ((string code, long count, int shown) in Capped(report))
            TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{code}: the first {shown:N0} of {CountText.Of(count, "finding")} are listed"));
        (long errors, long warnings) = Totals(report);
        TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(report.IsValid ? "valid" : "INVALID")}: {CountText.Of(report.Rows, "row")}, {CountText.Of(errors, "error")}, "
                + $"{CountText.Of(warnings, "warning")}"));
    }

    /// <summary>Returns the codes with more findings than the report lists.</summary>
    private static IEnumerable<(string Code, long Count, int Shown)> Capped(ValidationReport report) =>
        report.Counts.Select(c => (c.Key, c.Value, report.Findings.Count(f => f.Code == c.Key))).Where(c => c.Item3 < c.Value);

    /// <summary>Returns the number of errors and warnings, those that the report does not list included.</summary>
    private static (long Errors, long Warnings) Totals(ValidationReport report)
    {
        long errors = report.Findings.Count(f => f.Severity == FindingSeverity.Error), warnings = report.Findings.Length - errors;
        foreach ((string code, long count, int shown) in Capped(report))
            if (report.Findings.Any(f => f.Code == code && f.Severity == FindingSeverity.Error))
                errors += count - shown;
            else
                warnings += count - shown;
        return (errors, warnings);
    }

    private static void WriteJson(ValidationReport report) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("valid", report.IsValid);
        json.WriteInteger("rows", report.Rows);
        WriteFindings(json, report);
        json.WriteEndObject();
    });

    /// <summary>Writes the members <c>errors</c>, <c>warnings</c>, <c>counts</c> by code, <c>truncated</c> (whether some findings are
    /// only counted) and <c>findings</c>.</summary>
    internal static void WriteFindings(Utf8JsonWriter json, ValidationReport report)
    {
        (long errors, long warnings) = Totals(report);
        json.WriteInteger("errors", errors);
        json.WriteInteger("warnings", warnings);
        json.WriteStartObject("counts");
        foreach ((string code, long count) in report.Counts)
            json.WriteInteger(code, count);
        json.WriteEndObject();
        json.WriteBoolean("truncated", Capped(report).Any());
        json.WriteStartArray("findings");
        foreach (Finding f in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("code", f.Code);
            json.WriteString("severity", f.Severity == FindingSeverity.Error ? "error" : "warning");
            json.WriteString("path", f.Path);
            json.WritePropertyName("row");
            if (f.Row is { } row)
                json.WriteInteger(row);
            else
                json.WriteNullValue();
            json.WriteString("column", f.Column);
            json.WriteString("message", f.Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private sealed class ValidationDisplay(ProgressDisplay display) : IProgress<PhaseProgress>
    {
        public void Report(PhaseProgress value) => display.Report(value.Phase, value.Done, value.Total, "files");
    }
}
