using System.Collections.Immutable;
using System.Globalization;
using Pile.Adopting;
using Pile.Builders;
using Pile.Format;
using Pile.Layers;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Cli.Commands;

/// <summary>The pictures of a source as rows: path, size, time, media type, width, height, bands, and the file itself.</summary>
/// <param name="source">The open source.</param>
/// <param name="root">The folder or bucket of its files.</param>
/// <param name="condition">An SQL condition for the files; null for pictures.</param>
/// <param name="isPacked">True if the files are copied, so that their SHA-256 is compared with the one that the source has.</param>
internal sealed class SourceArchive(Dataset source, ArchiveRoot root, string? condition, bool isPacked) : IArchive
{
    private const string Pictures = "media_type LIKE 'image/%' OR media_type = 'application/fits' OR fault IS NOT NULL";

    private const string Missing = "is missing: it was deleted since the scan", Changed = "was changed since the scan; scan again";

    private static readonly string[] Columns = [LayerPaths.ObjectId, SourceFields.Size, SourceFields.Modified, SourceFields.MediaType,
        SourceFields.Sha256, SourceFields.ETag, SourceFields.Width, SourceFields.Height, SourceFields.Bands, SourceFields.Fault,
        SourceFields.LfsPointer, SourceFields.Sniffed];

    /// <inheritdoc/>
    public DatasetFacts Facts { get; } = new() { Modality = Modality.OfFiles, Frame = null };

    /// <inheritdoc/>
    public ImmutableArray<string> Units { get; } = [source.Manifest.Name];

    /// <inheritdoc/>
    public string Note => string.Create(CultureInfo.InvariantCulture, $"pictures of the source '{source.Manifest.Name}' as of commit "
        + $"{source.Source!.Snapshot.Number}, {source.Root}");

    /// <inheritdoc/>
    public string RemedyWithoutRows => $"List the faults with 'pile query {source.Address} --where \"fault IS NOT NULL\"', scan again if "
        + "files have changed, or select others with --filter";

    /// <inheritdoc/>
    public IEnumerable<RowBatch> Read(int unit, ArchiveContext context, CancellationToken cancellationToken)
    {
        Query query = source.Query().Where(condition ?? Pictures).Columns(Columns);
        bool isEmpty = true;
        foreach (RowBatch batch in source.QueryAsync(query, cancellationToken).ToBlockingEnumerable(cancellationToken))
        {
            isEmpty &= batch.RowCount == 0;
            long?[] modified = new long?[batch.RowCount];
            if (Rows(batch, context, modified, cancellationToken) is { Length: > 0 } rows)
                yield return ToBatch(batch, rows, context, modified);
        }
        if (isEmpty)
            throw new SourceUnreadableException($"source '{source.Address}'", condition is null ? "it lists no picture"
                : $"no file satisfies '{condition}'", "Select files with --filter, for example --filter \"media_type = 'text/plain'\"");
    }

    private int[] Rows(RowBatch batch, ArchiveContext context, long?[] modifiedMicros, CancellationToken cancellationToken)
    {
        string?[] faults = new string?[batch.RowCount];
        bool isLocal = root.Store.Traits.IsLocal;
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = isLocal ? -1 : root.Store.Traits.ParallelRequests,
            CancellationToken = cancellationToken,
        };
        Parallel.ForAsync(0, batch.RowCount, parallel, async (row, token) => faults[row] = FaultOf(batch, row)
            ?? (isLocal ? ChangeOf(batch, row, modifiedMicros, token) : await ChangeOfObjectAsync(batch, row, token).ConfigureAwait(false)))
            .GetAwaiter().GetResult();
        List<int> rows = [];
        for (int row = 0; row < batch.RowCount; row++)
            if (faults[row] is { } fault)
                context.OnSkip(new SkippedRow(Text(batch, LayerPaths.ObjectId, row)!, null, fault));
            else
                rows.Add(row);
        return [.. rows];
    }

    private string? FaultOf(RowBatch batch, int row) => Text(batch, SourceFields.Fault, row)
        ?? (IsTrue(batch, SourceFields.LfsPointer, row) ? "is a pointer of Git LFS"
            : root.FindFault(Text(batch, LayerPaths.ObjectId, row)!) is { } fault ? $"{fault}; rename it"
            : Text(batch, LayerPaths.ObjectId, row)!.EndsWith(' ') ? FileName.EndsWithBlank
            : batch.Values<long>(SourceFields.Size)[row] is 0 ? "is empty"
            : batch.Values<long>(SourceFields.Size)[row] > FileColumns.MaxContentBytes ? "is larger than the largest value of a row"
            : Text(batch, SourceFields.MediaType, row) is { } type && IsTrue(batch, SourceFields.Sniffed, row)
                && type is "image/png" or "image/jpeg" or "image/gif" or "image/webp" && IsMissing(batch, SourceFields.Width, row)
                ? "has no readable header" : null);

    /// <summary>Returns why a local file is no longer the one that was scanned; null if it is.</summary>
    private string? ChangeOf(RowBatch batch, int row, long?[] modifiedMicros, CancellationToken cancellationToken)
    {
        string path = Text(batch, LayerPaths.ObjectId, row)!;
        EntryStatus now = EntryStatus.Of(EntryPath.Of(Path.Combine(root.Store.LocalRoot, path)), followsLinks: true);
        if (now.Kind != EntryKind.File)
            return Missing;
        if (now.Bytes != batch.Values<long>(SourceFields.Size)[row]
            || KnownRows.MjdOf(now.ModifiedMicros) != batch.Values<double>(SourceFields.Modified)[row])
            return Changed;
        modifiedMicros[row] = now.ModifiedMicros;
        if (!isPacked || Text(batch, SourceFields.Sha256, row) is not { } scanned)
            return null;
        try
        {
            using IRandomAccessFile file = root.Store.Open(path, now.Bytes);
            return FileSha256.Of(file, cancellationToken) == scanned ? null
                : "was changed since the scan (another SHA-256 with the same size and time); give it a new time with 'touch' and scan "
                    + "again";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {e.Message.TrimEnd('.')}";
        }
    }

    /// <summary>Returns why an object is no longer the one that was scanned; null if it is.</summary>
    private async ValueTask<string?> ChangeOfObjectAsync(RowBatch batch, int row, CancellationToken cancellationToken)
    {
        string path = Text(batch, LayerPaths.ObjectId, row)!;
        long scannedBytes = batch.Values<long>(SourceFields.Size)[row];
        try
        {
            // Opening without a request states the expected entity tag, which the response to the second one must have.
            using IRandomAccessFile expected = root.Store.Open(path, scannedBytes, TagOf(batch, row));
            using IRandomAccessFile found = await root.Store.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            return found.LengthBytes == scannedBytes ? null : Changed;
        }
        catch (FileNotFoundException)
        {
            return Missing;
        }
        catch (StoreException e) when (e.Fault == StoreFault.Changed)
        {
            return Changed;
        }
    }

    private static string? TagOf(RowBatch batch, int row) => Text(batch, SourceFields.ETag, row) is { } tag ? $"\"{tag}\"" : null;

    private RowBatch ToBatch(RowBatch batch, int[] rows, ArchiveContext context, long?[] modifiedMicros)
    {
        string[] paths = Array.ConvertAll(rows, row => Text(batch, LayerPaths.ObjectId, row)!);
        long[] sizes = Array.ConvertAll(rows, row => batch.Values<long>(SourceFields.Size)[row]);
        double[] modified = Array.ConvertAll(rows, row => batch.Values<double>(SourceFields.Modified)[row]);
        ContentColumn contents = new(rows.Length, hasCrcs: false);
        for (int i = 0; i < rows.Length; i++)
            contents.Set(i, context.AddFile(new ReferencedFile(root.UriOf(paths[i]), sizes[i])
            {
                Sha256 = Text(batch, SourceFields.Sha256, rows[i]),
                ETag = TagOf(batch, rows[i]),
                ModifiedMicros = modifiedMicros[rows[i]],
            }), 0, sizes[i], 0);
        return new RowBatch([
            TextColumnData.From(FileColumns.ObjectId, paths),
            TextColumnData.From(FileColumns.Path, paths),
            new ColumnData<long>(FileColumns.Size, sizes),
            new ColumnData<double>(FileColumns.Modified, modified),
            TextColumnData.From(FileColumns.MediaType, Array.ConvertAll(rows, row => Text(batch, SourceFields.MediaType, row))),
            Numbers(batch, SourceFields.Width, rows), Numbers(batch, SourceFields.Height, rows), Numbers(batch, SourceFields.Bands, rows),
            contents.ToColumn(FileColumns.Content, rows.Length),
        ]);
    }

    private static ColumnData<int> Numbers(RowBatch batch, string name, int[] rows)
    {
        LayerField field = SourceFields.All.First(f => f.Name == name);
        return new ColumnData<int>(new ColumnSchema
        {
            Name = name,
            DType = DType.Int32,
            Role = ColumnRole.Native,
            Nullable = true,
            Unit = field.Unit,
            Description = field.Description,
        }, Array.ConvertAll(rows, row => IsMissing(batch, name, row) ? 0 : batch.Values<int>(name)[row]),
            Array.ConvertAll(rows, row => IsMissing(batch, name, row)));
    }

    private static bool IsMissing(RowBatch batch, string name, int row) =>
        batch.Find(name)!.IsNull is { Length: > 0 } isNull && isNull.Span[row];

    private static bool IsTrue(RowBatch batch, string name, int row) => !IsMissing(batch, name, row) && batch.Values<bool>(name)[row];

    private static string? Text(RowBatch batch, string name, int row) =>
        IsMissing(batch, name, row) ? null : ((TextColumnData)batch.Find(name)!).Text(row);
}
