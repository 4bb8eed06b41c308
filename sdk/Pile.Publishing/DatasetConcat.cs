using System.Collections.Immutable;
using Pile.Format;
using Pile.Publishing.Versions;
using Pile.Reading;
using Pile.Writing;

namespace Pile.Publishing;

/// <summary>Concatenates datasets of one modality: one dataset with the rows of all.</summary>
public static class DatasetConcat
{
    private const string NameColumn = "dataset", NameDescription = "the dataset that the row was taken from";

    /// <summary>Writes the rows of several datasets as one dataset.</summary>
    /// <param name="datasets">At least two folders or addresses.</param>
    /// <param name="output">The folder of the dataset, which must not exist unless <see cref="WriterSettings.Replace"/> is set.</param>
    /// <param name="name">The dataset's name; null for the names joined.</param>
    /// <param name="settings">How it is written; null for the defaults.</param>
    /// <param name="onMessage">Receives messages for the user; null to ignore them.</param>
    /// <param name="cancellationToken">Cancels the writing, and leaves no output.</param>
    /// <remarks>
    /// <para>All columns are kept. Rows of a dataset that lacks a column are null there. Axes of heavy columns that differ in length become
    /// ragged. Numbers take the dtype that represents all. The column <c>dataset</c> has the name of each row's dataset.</para>
    /// <para>The provenance names all projects, surveys, releases, licences and citations; the manifests are listed as sources.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">There are fewer than two datasets, or they differ in modality.</exception>
    /// <exception cref="SchemaMismatchException">Units, bands, time scales, media, epochs, sentinels, names of codes, aliases or dtypes
    /// contradict each other; both datasets and the column are named. Or a dataset has another column <c>dataset</c>.</exception>
    /// <exception cref="ValueInvalidException">Two rows have the same id.</exception>
    /// <exception cref="OutputExistsException">The output exists.</exception>
    /// <exception cref="PileException">A dataset cannot be read, or the output cannot be written.</exception>
    public static Task<BuildSummary> RunAsync(IReadOnlyList<string> datasets, string output, string? name = null,
        WriterSettings? settings = null, Action<string>? onMessage = null, CancellationToken cancellationToken = default) =>
        RunAsync(datasets, output, name, null, settings ?? new(), onMessage, onMessage, cancellationToken);

    /// <summary>Concatenates datasets with another receiver of the messages that values are not verified.</summary>
    /// <inheritdoc cref="RunAsync(IReadOnlyList{string}, string, string?, WriterSettings?, Action{string}?, CancellationToken)"/>
    internal static Task<BuildSummary> RunAsync(IReadOnlyList<string> datasets, string output, string? name, WriterSettings settings,
        Action<string>? onMessage, Action<string>? onUnverified, CancellationToken cancellationToken) =>
        RunAsync(datasets, output, name, null, settings, onMessage, onUnverified, cancellationToken);

    /// <summary>Merges the indices of several datasets: windows of rasters stay windows, and no pixel is read.</summary>
    /// <param name="datasets">At least two folders or addresses.</param>
    /// <param name="output">The folder of the dataset.</param>
    /// <param name="options">How they are merged.</param>
    /// <param name="settings">How it is written.</param>
    /// <param name="onMessage">Receives messages for the user; null to ignore them.</param>
    /// <param name="onUnverified">Receives the messages that values are not verified; null to ignore them.</param>
    /// <param name="cancellationToken">Cancels the writing, and leaves no output.</param>
    /// <remarks>Groups of windows of equal dtype and bands share their columns. A group that differs from an earlier one of its name is
    /// called <c>chip_&lt;product&gt;</c>, and is null in the rows of the other datasets. The mounts of all are written beside the
    /// output.</remarks>
    /// <inheritdoc cref="RunAsync(IReadOnlyList{string}, string, string?, WriterSettings?, Action{string}?, CancellationToken)"
    /// path="/exception"/>
    internal static Task<BuildSummary> MergeAsync(IReadOnlyList<string> datasets, string output, MergeOptions options,
        WriterSettings settings, Action<string>? onMessage, Action<string>? onUnverified, CancellationToken cancellationToken) =>
        RunAsync(datasets, output, options.Name, options, settings, onMessage, onUnverified, cancellationToken);

    private static async Task<BuildSummary> RunAsync(IReadOnlyList<string> datasets, string output, string? name, MergeOptions? merge,
        WriterSettings settings, Action<string>? onMessage, Action<string>? onUnverified, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        ArgumentNullException.ThrowIfNull(output);
        if (datasets.Contains(null!))
            throw new ArgumentNullException(nameof(datasets), "A dataset is null.");
        if (datasets.Count < 2)
            throw new ArgumentException($"At least two datasets are required; found {datasets.Count}.", nameof(datasets));
        List<Dataset> opened = [];
        try
        {
            foreach (string address in datasets)
                opened.Add(await Dataset.OpenAsync(address, new DatasetOptions { Threads = settings.Workers, OnUnverified = onUnverified },
                    cancellationToken).ConfigureAwait(false));
            if (opened.Find(d => d.Source is not null) is { } source)
                throw new ArgumentException($"'{source.Address}' is a source, which lists files and has no other values. Make a dataset of "
                    + $"it, and give that one instead: pile build --from {source.Address} --out FOLDER.", nameof(datasets));
            if (opened.Find(d => d.Catalogue is not null) is { } catalogue)
                throw new ArgumentException($"'{catalogue.Address}' is a HATS catalogue, whose rows have no ids of the standard. Copy its "
                    + $"rows to a dataset, and give that one instead: pile copy {catalogue.Address} FOLDER.", nameof(datasets));
            List<StoredVersion> parts = [];
            foreach (Dataset dataset in opened)
                parts.Add(await StoredVersion.OfAsync(dataset, settings.Workers, cancellationToken).ConfigureAwait(false));
            if (merge is null) // copies with other places of their files are merged with ids of folders
                RequireDifferent(datasets, parts);
            else
                RequireOtherPlaces(opened);
            RequireFreeName(parts);
            DatasetSpec spec = ConcatSpec.Of(parts, name, merge is not null, onMessage);
            await new SharedDeclarations(opened, merge is not null, onMessage).RequireAsync(cancellationToken).ConfigureAwait(false);
            if (merge is null)
                return await ConcatAsync(opened, parts, output, spec, settings, cancellationToken).ConfigureAwait(false);
            return await MergeAsync(opened, parts, output, spec with { SourceSettings = $"{spec.SourceSettings} {merge}" }, merge, settings,
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (Dataset dataset in opened)
                await dataset.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<BuildSummary> ConcatAsync(List<Dataset> datasets, List<StoredVersion> parts, string output, DatasetSpec spec,
        WriterSettings settings, CancellationToken cancellationToken)
    {
        string[] names = NamesOf(datasets, parts);
        DatasetWriter writer = DatasetWriter.Create(output, spec, settings);
        await using (writer.ConfigureAwait(false))
        {
            try
            {
                for (int i = 0; i < parts.Count; i++)
                {
                    string own = names[i];
                    bool hasName = HasName(parts[i]);
                    await new StoredRows(datasets[i]).SpillAsync(writer, $"{i:D4} {parts[i].Address}",
                        [ConcatSpec.SourceOf(parts[i], own)], settings.Workers, batch => hasName ? batch : WithName(batch, own),
                        begin: null, cancellationToken).ConfigureAwait(false);
                }
                return await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PileException e) when (IsFinal(e))
            {
                writer.Abandon();
                throw AtAddresses(e, parts, names);
            }
        }
    }

    // The datasets do not change, so that a resumed run would end with the same error.
    private static bool IsFinal(PileException e) => e is SchemaMismatchException or ValueInvalidException;

    private static PileException AtAddresses(PileException error, List<StoredVersion> parts, string[] names) => error switch
    {
        SchemaMismatchException e when AddressesOf(e.Place, parts, names) is { } addresses => e.At(addresses),
        ValueInvalidException e => e.WithSources(source => AddressesOf(source, parts, names) ?? source),
        _ => error,
    };

    /// <summary>Returns the addresses of one or two datasets instead of the names of their manifests as sources, which are no paths; null
    /// for another place.</summary>
    private static string? AddressesOf(string place, List<StoredVersion> parts, string[] names)
    {
        Dictionary<string, string> addresses = new(StringComparer.Ordinal);
        for (int i = 0; i < parts.Count; i++)
            addresses[ConcatSpec.SourceOf(parts[i], names[i]).Uri] = parts[i].Address;
        if (addresses.TryGetValue(place, out string? only))
            return only;
        foreach ((string source, string address) in addresses)
            if (place.StartsWith($"{source} and ", StringComparison.Ordinal)
                && addresses.TryGetValue(place[$"{source} and ".Length..], out string? second))
                return $"{address} and {second}";
        return null;
    }

    private static async Task<BuildSummary> MergeAsync(List<Dataset> datasets, List<StoredVersion> parts, string output, DatasetSpec spec,
        MergeOptions options, WriterSettings settings, CancellationToken cancellationToken)
    {
        (ImmutableArray<MergedPart> plan, IReadOnlyDictionary<string, string> mounts) =
            await MergedPart.PlanAsync(datasets, options, cancellationToken).ConfigureAwait(false);
        string[] names = options.HasIdsOfFolders ? [.. datasets.Select(FolderIds.NameOf)] : NamesOf(datasets, parts);
        BuildSummary summary;
        DatasetWriter writer = DatasetWriter.Create(output, spec, settings);
        await using (writer.ConfigureAwait(false))
        {
            try
            {
                await Parallel.ForAsync(0, parts.Count,
                    new ParallelOptions { MaxDegreeOfParallelism = settings.Workers, CancellationToken = cancellationToken },
                    async (i, token) =>
                    {
                        bool hasName = HasName(parts[i]);
                        await new StoredRows(datasets[i], keepsWindows: true).SpillTogetherAsync(writer, $"{i:D6} {parts[i].Address}",
                            [ConcatSpec.SourceOf(parts[i], names[i])],
                            batch => plan[i].Apply(hasName ? batch : WithName(batch, names[i])), begin: null, token).ConfigureAwait(false);
                    }).ConfigureAwait(false);
                summary = await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PileException error) when (IsFinal(error))
            {
                writer.Abandon();
                PileException atAddresses = AtAddresses(error, parts, names);
                if (atAddresses is not ValueInvalidException { IsRepeatedId: true } e || options.HasIdsOfFolders
                    || !datasets.TrueForAll(d => d.IdsAreText))
                    throw atAddresses;
                string rename = datasets.DistinctBy(FolderIds.NameOf).Count() < datasets.Count ? "rename one of their folders and " : "";
                throw new SourceUnreadableException($"{e.SourcePath}, row {e.Row} (counted from 0)", e.Finding,
                    $"Leave one of the two datasets out, or {rename}let ids begin with the names of the datasets' folders "
                        + $"({nameof(MergeOptions)}.{nameof(MergeOptions.HasIdsOfFolders)})", e);
            }
        }
        if (mounts.Count > 0)
            await MountsOutput.WriteAsync(output, mounts).ConfigureAwait(false);
        return summary;
    }

    /// <summary>Rejects a dataset that is listed twice: all its ids would be, too.</summary>
    private static void RequireDifferent(IReadOnlyList<string> datasets, List<StoredVersion> parts)
    {
        for (int second = 1; second < parts.Count; second++)
            if (parts.FindIndex(part => part.Identity == parts[second].Identity) is var first && first < second)
                throw new ArgumentException(datasets[first] == datasets[second] ? $"The dataset '{datasets[second]}' is listed twice. "
                        + "List each dataset once."
                    : $"'{datasets[first]}' and '{datasets[second]}' are the same dataset. List one of them.", nameof(datasets));
    }

    private static void RequireOtherPlaces(List<Dataset> datasets)
    {
        HashSet<string> places = new(StringComparer.Ordinal);
        foreach (Dataset dataset in datasets)
            if (!places.Add(DatasetCopy.RootOf(dataset.Store)))
                throw new ArgumentException($"The dataset '{dataset.Address}' is listed twice. List each dataset once.", nameof(datasets));
    }

    /// <summary>Rejects a column of the name that rows get, unless it has the names that an earlier concatenation wrote.</summary>
    private static void RequireFreeName(List<StoredVersion> parts)
    {
        string[] own = [.. parts.Where(p => p.Manifest.Column(NameColumn) is not null && !HasName(p)).Select(p => $"'{p.Address}'")];
        if (own.Length > 0)
            throw new SchemaMismatchException(string.Join(" and ", own), NameColumn, "the dataset has a column of its own with this name, "
                + "but the result has the name of each row's dataset in it", "Build it again with 'rename: { dataset: OTHER }' in its "
                + "recipe, or without the column ('exclude: [dataset]')");
    }

    private static bool HasName(StoredVersion part) =>
        part.Manifest.Column(NameColumn) is { DType: DType.String, Description: NameDescription };

    /// <summary>Returns a different name for each dataset: its name, with the version if several have it; its folder; or its
    /// number.</summary>
    private static string[] NamesOf(List<Dataset> datasets, List<StoredVersion> parts)
    {
        string[] names = [.. parts.Select(p => p.Manifest.Name)],
            versions = [.. parts.Select(p => $"{p.Manifest.Name} {p.Manifest.Version}")],
            folders = [.. datasets.Select(FolderIds.NameOf)];
        return names.Distinct().Count() == names.Length ? names
            : versions.Distinct().Count() == versions.Length ? versions
            : folders.Distinct().Count() == folders.Length ? folders
            : [.. versions.Select((version, i) => $"{version} #{i + 1}")];
    }

    private static RowBatch WithName(RowBatch batch, string name)
    {
        ColumnSchema schema = new()
        {
            Name = NameColumn,
            DType = DType.String,
            Role = ColumnRole.Native,
            Description = NameDescription,
        };
        ImmutableArray<ColumnData> columns = [.. batch.Columns, TextColumnData.From(schema, [.. Enumerable.Repeat(name, batch.RowCount)])];
        return new RowBatch(columns) { SourceRows = batch.SourceRows };
    }
}
