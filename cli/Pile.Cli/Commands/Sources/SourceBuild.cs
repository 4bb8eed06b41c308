using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pile.Adopting;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Layers;
using Pile.Publishing;
using Pile.Reading;
using Pile.Storage;
using Pile.Writing;
using Pile.Writing.Spill;
using Pile.Writing.Staging;

namespace Pile.Cli.Commands;

/// <summary><c>pile build --from SOURCE[@N]</c>: a dataset of the pictures of a source.</summary>
internal static class SourceBuild
{
    private const int NamedSkips = 5;

    internal static Option<bool> ByReference { get; } = new("--by-reference")
    {
        Description = "With --from SOURCE: leave the files where they are; by default they are packed into shards.",
    };

    /// <summary>Returns the source that the user names; null for tables.</summary>
    internal static string? SourceOf(ParseResult parsed) =>
        parsed.GetValue(TableOptions.From) is [var only] && TableOptions.SceneDatasetOf(parsed) is null && IsSource(only) ? only : null;

    /// <summary>Builds the dataset.</summary>
    internal static async Task<int> RunAsync(ParseResult parsed, string address, bool replace, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string output = TableOutput.RequireLocalDataset(parsed.GetRequiredValue(TableOptions.Out)),
            target = FolderReplacement.TargetOf(output);
        FolderReplacement.Recover(target);
        if (Path.Exists(target) && !replace)
            throw new OutputExistsException(output, "Choose another folder, or replace it with --replace");
        ReplacedDataset.Require(target);
        Action<string> report = CommonOptions.Messages(parsed);
        await using Dataset source = await Dataset.OpenAsync(address, CommonOptions.DatasetOptionsOf(parsed), cancellationToken)
            .ConfigureAwait(false);
        ArchiveRoot root = RootOf(source, address);
        string adopted = TemporaryPath.Beside(target, ".adopted"), packed = TemporaryPath.Beside(target, ".packed");
        try
        {
            using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
            Dictionary<string, string> mounts = new(StringComparer.Ordinal)
            {
                [root.Uri] = root.Store.Traits.IsLocal ? root.Store.LocalRoot : root.Store.Address.TrimEnd('/'),
            };
            bool isReference = parsed.GetValue(ByReference);
            BuildSummary summary = await AdoptRun.RunAsync(
                new SourceArchive(source, root, TableOptions.FilterOf(parsed), isPacked: !isReference), adopted,
                new AdoptSettings
                {
                    Name = TableOptions.NameOf(parsed, output),
                    Provenance = TableOptions.ProvenanceOf(parsed),
                    Writer = new WriterSettings { Workers = CommonOptions.WorkersOf(parsed), Progress = new BuildDisplay(display) },
                    Mounts = mounts,
                    OnMessage = report,
                }, cancellationToken).ConfigureAwait(false);
            ReportSkipped(Path.Combine(adopted, DatasetPaths.Skipped), report);
            if (!isReference)
                await DatasetCopy.RunAsync(adopted, packed, new CopyOptions
                {
                    Materialize = true,
                    Mounts = mounts,
                    Workers = CommonOptions.WorkersOf(parsed),
                }, cancellationToken).ConfigureAwait(false);
            ReplacedDataset.Require(target);
            FolderReplacement.Move(isReference ? adopted : packed, target);
            if (isReference)
                File.Move(MountsFile.PathOf(adopted), MountsFile.PathOf(target), overwrite: true);
            ReportFields(source, address, output, report);
            Show(parsed, output, summary, target, watch.Elapsed.TotalSeconds);
            return summary.Skipped > 0 ? ExitCode.RowsSkipped : ExitCode.Done;
        }
        finally
        {
            TemporaryPath.Delete(adopted);
            TemporaryPath.Delete(packed);
            TemporaryPath.Delete(MountsFile.PathOf(adopted));
        }
    }

    private static void ReportSkipped(string list, Action<string> report)
    {
        (string File, long? Row, string Reason)[] skipped = File.Exists(list) ? [.. SkippedRows.Parse(File.ReadAllText(list))] : [];
        foreach ((string file, _, string reason) in skipped.Take(NamedSkips))
            report($"skipped: {ShownText.Of(file, int.MaxValue)}: {reason}");
        if (skipped.Length > NamedSkips)
            report(string.Create(CultureInfo.InvariantCulture, $"{skipped.Length - NamedSkips:N0} more files were skipped"));
    }

    // A dataset has the columns of the files. Fields that users change later are those of a layer.
    private static void ReportFields(Dataset source, string address, string output, Action<string> report)
    {
        string[] own = [.. source.Source!.Snapshot.Fields.Select(f => f.Name).Except(SourceFields.All.Select(f => f.Name),
            StringComparer.Ordinal)];
        if (own.Length > 0)
            report($"the dataset does not have the {(own.Length == 1 ? "field" : "fields")} {string.Join(", ", own)} of the source; "
                + $"'pile layer rebase {address} --of {output} --out LAYER' makes a layer with them, for --layer own=LAYER");
    }

    private static ArchiveRoot RootOf(Dataset source, string address)
    {
        if (source.Source is not { } rows)
            throw new UsageException($"--from {address}: it is not a source.");
        if (rows.Scan?.Revision is { Length: > 0 } revision)
            throw new UsageException($"--from {address}: its files are those of the Git commit {revision}. Check it out ('git worktree add "
                + $"DIR {revision}'), and scan that folder.");
        if (rows.Manifest.Rows == 0)
            throw new UsageException($"--from {address}: the source has no files. Check the folder that was scanned.");
        foreach (LayerField field in SourceFields.All)
            if (!rows.Snapshot.Fields.Any(f => f.Name == field.Name && f.Type == field.Type))
                throw new UsageException($"--from {address}: it lacks the field '{field.Name}' ({field.Type}) of a scan. Scan again.");
        string place = SourcePlace.AddressOf(rows.Snapshot.Store);
        IFileStore store = FileStore.For(place);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(store.LocalRoot));
        return store.Traits.IsLocal ? new ArchiveRoot($"mount://{Uri.EscapeDataString(name.Length > 0 ? name : "root")}", store)
            : new ArchiveRoot(SourceUri.Plain(place), store);
    }

    private static bool IsSource(string address)
    {
        LayerReference reference = LayerReference.Parse("x=" + address);
        if (FileStore.IsRemote(address))
            return address.StartsWith("s3://", StringComparison.OrdinalIgnoreCase) && Path.GetExtension(reference.Address).Length == 0;
        return File.Exists(Path.Combine(address, LayerPaths.Manifest)) || File.Exists(Path.Combine(reference.Address, LayerPaths.Manifest));
    }

    private static void Show(ParseResult parsed, string output, BuildSummary summary, string target, double seconds)
    {
        Manifest manifest = ManifestReader.Read(File.ReadAllBytes(Path.Combine(target, DatasetPaths.Manifest)), target);
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("dataset", output);
                json.WriteInteger("rows", manifest.Rows);
                json.WriteInteger("shards", manifest.Shards);
                json.WriteInteger("bytes", manifest.Bytes);
                json.WriteInteger("skipped", summary.Skipped);
                json.WriteFloat("seconds", Math.Round(seconds, 3));
                json.WriteEndObject();
            });
        else
            TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{output}: {CountText.Of(manifest.Rows, "row")} in {CountText.Of(manifest.Shards, "shard")}, "
                    + $"{manifest.Bytes:N0} bytes, {summary.Skipped:N0} skipped, {seconds:0.0} s"));
    }
}
