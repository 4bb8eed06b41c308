using System.Security.Cryptography;
using Pile.Format;
using Pile.Reading;
using Pile.Writing;
using Pile.Writing.Commit;

namespace Pile.Publishing.Versions;

/// <summary>A dataset as the earlier version of the one that is built.</summary>
internal sealed class StoredVersion : EarlierVersion
{
    private readonly Dataset dataset;
    private readonly FileList files;
    private readonly int workers;
    private Dictionary<string, SourceFile> sources;
    private IReadOnlyDictionary<string, string> renamed = new Dictionary<string, string>();

    private StoredVersion(Dataset dataset, FileList files, byte[] manifest, int workers)
    {
        (this.dataset, this.files, this.workers) = (dataset, files, workers);
        (Identity, ManifestBytes) = (Convert.ToHexStringLower(SHA256.HashData(manifest)), manifest.Length);
        sources = files.Files.Where(f => f.Kind == DatasetFileKind.Source)
            .ToDictionary(f => f.Path, f => new SourceFile(f.Path, f.Bytes, f.Sha256), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    internal override string Address => dataset.Address;

    /// <inheritdoc/>
    internal override Manifest Manifest => dataset.Manifest;

    /// <inheritdoc/>
    internal override string Identity { get; }

    /// <summary>The size of the manifest.</summary>
    internal long ManifestBytes { get; }

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, SourceFile> Sources => sources;

    /// <inheritdoc/>
    internal override string? SourceRecord => files.SourceRecord;

    /// <inheritdoc/>
    internal override IReadOnlyList<KeyValuePair<string, string>> Mounts => dataset.MountedPlaces();

    /// <inheritdoc/>
    internal override void Rename(IReadOnlyDictionary<string, string> names)
    {
        renamed = names;
        sources = files.Files.Where(f => f.Kind == DatasetFileKind.Source).Select(f => new SourceFile(NameOf(f.Path), f.Bytes, f.Sha256))
            .ToDictionary(f => f.Uri, StringComparer.Ordinal);
    }

    private string NameOf(string file) => renamed.GetValueOrDefault(file, file);

    /// <summary>Reads the manifest and the list of files of a dataset, which stays open as long as the version is used.</summary>
    internal static async Task<StoredVersion> OfAsync(Dataset dataset, int workers, CancellationToken cancellationToken)
    {
        dataset.RequireAllRows("Combining datasets");
        dataset.RequireIndex("A new dataset");
        FileList list = await dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
        byte[] manifest = await dataset.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
        return new StoredVersion(dataset, list, manifest, workers);
    }

    /// <inheritdoc/>
    internal override async Task SpillAsync(DatasetWriter writer, CancellationToken cancellationToken)
    {
        (string File, long? Row, string Reason)[] skipped = await SkippedAsync(cancellationToken).ConfigureAwait(false);
        // The space sorts before the names of files: where the order of units matters, the earlier rows come first.
        string unit = $" {Manifest.Name} {Manifest.Version}";
        if (Manifest.Columns.Any(c => c.Storage == ColumnStorage.Window)) // no pixel is read; each file is listed once
            await new StoredRows(dataset, keepsWindows: true).SpillTogetherAsync(writer, unit, [.. Sources.Values], batch => batch, Begin,
                cancellationToken).ConfigureAwait(false);
        else
            await new StoredRows(dataset).SpillAsync(writer, unit, [.. Sources.Values], workers, batch => batch, Begin, cancellationToken)
                .ConfigureAwait(false);
        if (dataset.Store.Traits.IsLocal)
            writer.Earlier = new EarlierFiles(dataset.Store.LocalRoot, files.Files
                .Where(f => f.Kind != DatasetFileKind.Source).Select(f => (f.Path, f.Bytes, f.Sha256)));

        void Begin(UnitSpill spill)
        {
            foreach ((string file, long? row, string reason) in skipped)
                spill.Skip(file, row, reason);
        }
    }

    /// <summary>Reads the rows that the earlier build skipped. Files that it skipped as a whole are read again.</summary>
    private async Task<(string File, long? Row, string Reason)[]> SkippedAsync(CancellationToken cancellationToken) =>
        [.. (await SkippedList.ReadAsync(dataset, files, cancellationToken).ConfigureAwait(false))
            .Select(line => (File: NameOf(line.File), line.Row, line.Reason)).Where(line => Sources.ContainsKey(line.File))];
}
