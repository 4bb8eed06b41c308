using System.CommandLine;
using System.Runtime.ExceptionServices;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary><c>pile info</c>: prints the manifest of a dataset and its hashes. Reads no other file, except the list of files, the
/// statistics, and the index of a dataset that refers to files outside it.</summary>
internal static class InfoCommand
{
    internal static Command Create()
    {
        Option<bool> statistics = new("--statistics")
        {
            Description =
            "Also show count, missing values, minimum, maximum, mean, variance, skewness and kurtosis of every column."
        };
        Option<string?> moc = new("--moc")
        {
            Description = $"Also show the coverage: cells of order {DatasetCoverage.DefaultOrder} with rows. With a file, write it there: "
                + $"{MocFile.Endings}.",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne
        };
        Argument<string> dataset = new("DATASET") { Description = CommonOptions.DatasetHelp };
        VerbCommand command = new("info",
            "Shows rows, columns, sky coverage and provenance of a dataset, or the newest commit and the fields of a layer.",
            "pile info sdss", "pile info sdss --json | jq .columns[].name", "pile info sdss --statistics",
            "pile info sdss --moc sdss.moc.fits")
        { dataset, statistics, moc, TableOutput.Replace, CommonOptions.Id, CommonOptions.Mount, CommonOptions.Layer };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string address = parsed.GetRequiredValue(dataset);
            bool replace = parsed.GetValue(TableOutput.Replace);
            if (parsed.GetValue(moc) is { } mapFile)
                CoverageOutput.RequireFree(mapFile, replace, moc.Name);
            else if (replace)
                throw new UsageException($"{TableOutput.Replace.Name} replaces the file of {moc.Name} FILE, which is missing.");
            if (parsed.GetResult(moc) is not null && DatasetCollection.IsWhole(address))
                throw new UsageException($"{moc.Name} shows the coverage of one dataset. Use 'pile moc' for that of a collection.");
            if (DatasetCollection.IsWhole(address))
                return await CollectionInfo.RunAsync(parsed, address, cancellationToken).ConfigureAwait(false);
            string resolved = await DatasetCollection.ResolveAsync(address, null, cancellationToken).ConfigureAwait(false);
            if (await LayerAddress.TryOpenAsync(resolved, cancellationToken).ConfigureAwait(false)
                is (var layer, var reference) && layer.Manifest.SourceAddress is null)
            {
                await LayerInfo.WriteAsync(layer, reference, parsed.GetValue(CommonOptions.Json), cancellationToken).ConfigureAwait(false);
                return ExitCode.Done;
            }
            await using Dataset opened = await Dataset.OpenAsync(address, CommonOptions.DatasetOptionsOf(parsed),
                cancellationToken).ConfigureAwait(false);
            Dictionary<string, ColumnStatistics>? requested = parsed.GetValue(statistics)
                ? (await opened.StatisticsAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(s => s.Column,
                    StringComparer.Ordinal) : null;
            ReferenceFacts? references = await ReferenceFacts.OfAsync(opened, cancellationToken).ConfigureAwait(false);
            (string? content, PileException? damage) = await ContentHashAsync(opened, cancellationToken).ConfigureAwait(false);
            long selected = await opened.SelectedRowsAsync(cancellationToken).ConfigureAwait(false);
            Moc? coverage = parsed.GetResult(moc) is null ? null
                : await DatasetCoverage.OfAsync(opened, DatasetCoverage.DefaultOrder, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(moc) is { } path)
                MocFile.Write(path, coverage!, replace);
            InfoFacts facts = new(opened, content, selected, requested, references, coverage);
            if (parsed.GetValue(CommonOptions.Json))
                InfoJson.Write(facts);
            else
                InfoText.Write(TerminalText.Output, facts);
            if (damage is not null)
                ExceptionDispatchInfo.Throw(damage);
            return ExitCode.Done;
        });
        return command;
    }

    // The manifest is shown even if the list of files is missing or damaged, before the error is.
    private static async Task<(string? Hash, PileException? Damage)> ContentHashAsync(Dataset dataset,
        CancellationToken cancellationToken)
    {
        try
        {
            return (await dataset.ContentHashAsync(cancellationToken).ConfigureAwait(false), null);
        }
        catch (PileException e) when (e is DatasetInvalidException or AccessDeniedException)
        {
            return (null, e);
        }
    }
}
