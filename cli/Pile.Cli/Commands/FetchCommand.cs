using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Storage;

namespace Pile.Cli.Commands;

/// <summary><c>pile fetch</c>: downloads source files.</summary>
internal static class FetchCommand
{
    // Requests wait for the network more than for the processor.
    private const int FewestRequests = 4;

    private static readonly Argument<string[]> Addresses = new("URL")
    {
        Description = "The files: http://, https:// or s3://bucket/key.",
        Arity = ArgumentArity.ZeroOrMore
    };
    private static readonly Option<string> Out = new("--out")
    {
        Description = "The folder; a file gets the last name of its address.",
        HelpName = "DIR",
        Required = true
    };
    private static readonly Option<string[]> Sha256 = new("--sha256")
    {
        Description = "The SHA-256 of each URL, in their order.",
        HelpName = "HEX",
        AllowMultipleArgumentsPerToken = true
    };
    private static readonly Option<string?> List = new("--list")
    {
        Description = "A file with a line 'SHA256  URL' for each file.",
        HelpName = "FILE"
    };
    private static readonly Option<bool> Replace = new("--replace")
    {
        Description = "Replace existing files that have other contents, once the new ones are complete."
    };

    internal static Command Create()
    {
        Sha256.Validators.Add(result => CommonOptions.Require(result, Sha256.Name, FetchList.IsSha256,
            "64 hexadecimal digits; state it after the URLs"));
        VerbCommand command = new("fetch",
            "Downloads files in parallel, resumes them, and verifies those whose SHA-256 is stated. Prints the SHA-256 of each, in the "
                + "form that --list reads; query strings are printed as ***, and must be written into a list.",
            "pile fetch https://data.sdss.org/sas/dr17/sdss/spectro/redux/specObj-dr17.fits --out cache",
            "pile fetch s3://surveys/a.fits s3://surveys/b.fits --out cache > files.sha256",
            "pile fetch --list files.sha256 --out cache --workers 8")
        { Addresses, Out, Sha256, List, Replace };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string folder = Path.GetFullPath(TableOutput.RequireLocal(parsed.GetRequiredValue(Out)));
        if (File.Exists(folder))
            throw new UsageException($"{Out.Name} {folder}: it is a file. Name a folder.");
        ImmutableArray<DownloadRequest> requests = FetchList.Read(parsed.GetValue(Addresses) ?? [], parsed.GetValue(Sha256) ?? [],
            parsed.GetValue(List), folder, parsed.GetValue(Replace));
        int workers = parsed.GetResult(CommonOptions.Workers) is { Implicit: false } ? CommonOptions.WorkersOf(parsed)
            : Math.Max(FewestRequests, CommonOptions.WorkersOf(parsed));
        Action<string> report = CommonOptions.Messages(parsed);
        ImmutableArray<(DownloadedFile? File, Exception? Fault)> results;
        using (ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet)))
            try
            {
                results = await FileDownloads.RunAsync(requests, workers, new FetchDisplay(display), report, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                display.Dispose();
                report("run the same command again to continue; complete files and ranges are kept");
                throw;
            }
        int exitCode = ExitCode.Done;
        foreach (Exception fault in results.Select(r => r.Fault).OfType<Exception>())
        {
            int code = ErrorReport.Write(fault, parsed.GetValue(CommonOptions.Verbose), parsed);
            exitCode = exitCode == ExitCode.Done ? code : ExitCode.DataAtFault;
        }
        if (parsed.GetValue(CommonOptions.Json))
            WriteJson(requests, results, watch.Elapsed.TotalSeconds);
        else
            WriteText([.. results.Select(r => r.File).OfType<DownloadedFile>()], watch.Elapsed.TotalSeconds, report);
        return exitCode;
    }

    private static void WriteText(ImmutableArray<DownloadedFile> files, double seconds, Action<string> report)
    {
        foreach (DownloadedFile file in files)
            TerminalText.Output.WriteLine(TerminalText.Escape($"{file.Sha256}  {Redaction.Apply(file.Request.Address)}"));
        long bytes = files.Where(f => !f.IsSkipped).Sum(f => f.Bytes);
        int skipped = files.Count(f => f.IsSkipped);
        report(FormattableString.Invariant($"{CountText.Of(files.Length - skipped, "file")} of {SizeText.Of(bytes)} fetched")
            + (skipped > 0 ? FormattableString.Invariant($", {skipped:N0} existed already") : "")
            + FormattableString.Invariant($"; {seconds:0.0} s, {SizeText.Of((long)(bytes / Math.Max(seconds, 0.001)))}/s"));
    }

    private static void WriteJson(ImmutableArray<DownloadRequest> requests,
        ImmutableArray<(DownloadedFile? File, Exception? Fault)> results, double seconds) => JsonOutput.Write(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("files");
            for (int i = 0; i < requests.Length; i++)
            {
                DownloadedFile? file = results[i].File;
                json.WriteStartObject();
                json.WriteString("url", Redaction.Apply(requests[i].Address));
                json.WriteString("path", requests[i].Path);
                json.WriteString("status", file is null ? "failed" : file.IsSkipped ? "skipped" : "fetched");
                if (file is not null)
                {
                    json.WriteInteger("bytes", file.Bytes);
                    json.WriteString("sha256", file.Sha256);
                }
                else
                    json.WriteString("error", Redaction.Apply(results[i].Fault!.Message));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteInteger("bytes", results.Sum(r => r.File is { IsSkipped: false } file ? file.Bytes : 0));
            json.WriteNumber("skipped", results.Count(r => r.File is { IsSkipped: true }));
            json.WriteNumber("failed", results.Count(r => r.File is null));
            json.WriteFloat("seconds", Math.Round(seconds, 3));
            json.WriteEndObject();
        });

    private sealed class FetchDisplay(ProgressDisplay display) : IProgress<PhaseProgress>
    {
        public void Report(PhaseProgress value) => display.Report(value.Phase, value.Done, value.Total, "B");
    }
}
