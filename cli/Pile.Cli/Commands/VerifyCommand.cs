using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Review;
using Pile.Streaming;

namespace Pile.Cli.Commands;

/// <summary><c>pile verify</c>: checks that a saved query or a pin still names the same rows.</summary>
internal static class VerifyCommand
{
    internal static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "A saved query (.query.yaml) or a pin (.pin.yaml)." };
        Option<bool> deep = new("--deep") { Description = "Also read every byte of the dataset and check every checksum." };
        VerbCommand command = new("verify",
            "Checks that a saved query or a pin still names the same rows: the root of its dataset, the ids of its rows, and the parts of "
                + "its split. The exit code is 1 if something differs.",
            "pile verify good.query.yaml", "pile verify run.pin.yaml --deep --json") { file, deep, CommonOptions.Mount };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = InputFile.Require(parsed.GetRequiredValue(file), "The saved query or pin");
            if (!SavedQueryFile.IsAddress(path) && !SavedQueryFile.IsPin(path))
                throw new UsageException($"'{path}': expected a saved query (.query.yaml) or a pin (.pin.yaml). For a dataset, use 'pile "
                    + "validate'.");
            DatasetOptions options = CommonOptions.DatasetOptionsOf(parsed) with { VerifiesIds = true };
            (string address, string hash, string root, long rows, bool follows) = SavedQueryFile.IsPin(path)
                ? await OfPinAsync(path, options, cancellationToken).ConfigureAwait(false)
                : await OfQueryAsync(path, options, cancellationToken).ConfigureAwait(false);
            ValidationReport? report = parsed.GetValue(deep)
                ? await ValidateCommand.ValidateAsync(parsed, address, isDeep: true, cancellationToken).ConfigureAwait(false) : null;
            Report(parsed, path, hash, root, rows, follows, report);
            return report is { IsValid: false } ? ExitCode.DataAtFault : ExitCode.Done;
        });
        return command;
    }

    private static async Task<(string Address, string Hash, string Root, long Rows, bool Follows)> OfQueryAsync(string path,
        DatasetOptions options, CancellationToken cancellationToken)
    {
        Dataset dataset = await Dataset.OpenAsync(path, options, cancellationToken).ConfigureAwait(false);
        await using (dataset.ConfigureAwait(false))
            return (dataset.Address, dataset.Saved!.Hash, dataset.Root,
                dataset.Saved.Rows ?? await dataset.SelectedRowsAsync(cancellationToken).ConfigureAwait(false),
                dataset.Saved.IsFollowing);
    }

    private static async Task<(string Address, string Hash, string Root, long Rows, bool Follows)> OfPinAsync(string path,
        DatasetOptions options, CancellationToken cancellationToken)
    {
        (Dataset dataset, StreamSource source, LoaderOptions loading) =
            await StreamSource.OpenPinAsync(path, options, cancellationToken).ConfigureAwait(false);
        await using (dataset.ConfigureAwait(false))
            return (dataset.Address, loading.Pin!, dataset.Root, source.RowCount, false);
    }

    private static void Report(ParseResult parsed, string path, string hash, string root, long rows, bool follows,
        ValidationReport? report)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("valid", report is not { IsValid: false });
                json.WriteString("hash", hash);
                json.WriteString("root", root);
                json.WriteBoolean("follows", follows);
                json.WriteInteger("rows", rows);
                json.WriteBoolean("deep", report is not null);
                if (report is not null)
                    ValidateCommand.WriteFindings(json, report);
                json.WriteEndObject();
            });
            return;
        }
        if (report is not null)
            ValidateCommand.WriteText(report);
        string found = follows ? $"follows its dataset, so that nothing is recorded to compare; it has {CountText.Of(rows, "row")} now"
            : $"{CountText.Of(rows, "row")} as recorded";
        TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{TerminalText.Escape(path)}: {found}, hash {hash}"));
    }
}
