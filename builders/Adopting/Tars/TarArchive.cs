using System.Collections.Immutable;
using System.Text;
using Pile.Builders;
using Pile.Format;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>The files in tar archives, one per row; or one row for all members of an archive with the same stem, as in
/// WebDataset.</summary>
/// <remarks>
/// <para>Each archive is a unit. Only headers are read, and the contents between them if members are small. Rows have the order of the
/// archive, so that reading them in order reads the archive from its beginning to its end.</para>
/// <para>Of members with the same path, the last one is a row, as if the archive were extracted; the others are skipped. Archives get
/// such members when files are appended again, and to reject them would mean to write terabytes again.</para>
/// </remarks>
internal sealed class TarArchive : IArchive
{
    private const int RowsPerBatch = 32_768, ContentsPerBatch = 1 << 20;

    private readonly ImmutableArray<TarSource> sources;
    private readonly FileArchiveOptions options;

    /// <summary>Creates the archive; nothing is read.</summary>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    internal TarArchive(IEnumerable<TarSource> sources, FileArchiveOptions? options = null)
    {
        this.sources = [.. sources];
        this.options = options ?? new();
        if (this.sources.IsEmpty)
            throw new ArgumentException("The list of tar archives to adopt is empty.", nameof(sources));
        Units = [.. RootNames.Of([.. this.sources.Select(s => s.Stem)])];
    }

    /// <inheritdoc/>
    public DatasetFacts Facts { get; } = new() { Modality = Modality.OfFiles, Frame = null };

    /// <inheritdoc/>
    /// <remarks>The names of the archives without <c>.tar</c>; if there are several, they precede the paths in <c>object_id</c>.</remarks>
    public ImmutableArray<string> Units { get; }

    /// <inheritdoc/>
    public IEnumerable<RowBatch> Read(int unit, ArchiveContext context, CancellationToken cancellationToken)
    {
        TarContents tar = Open(sources[unit], context, cancellationToken);
        string idPrefix = sources.Length > 1 ? Units[unit] + "/" : "";
        return options.GroupsByStem ? Groups(tar, sources[unit], idPrefix) : Files(tar, idPrefix);
    }

    private TarContents Open(TarSource source, ArchiveContext context, CancellationToken cancellationToken)
    {
        source.Root.RequireAddress(source.Path);
        try
        {
            EntryStatus before = StatusOf(source);
            using IRandomAccessFile file = source.Root.Store.OpenAsync(source.Path, cancellationToken).AsTask().GetAwaiter().GetResult();
            ArchiveRanges.RequireAsync(source.Root.Store, source.Path, file.LengthBytes, cancellationToken).AsTask()
                .GetAwaiter().GetResult();
            (TarMembers found, long bytesRead) = TarReader.Read(source.Address, file, source.Root.Store.Traits, context, cancellationToken,
                options.ReadsMediaTypes && !options.GroupsByStem);
            TarMember[] members = found.ToArray();
            uint[]? crcs = null;
            string? sha256 = null;
            if (context.ComputesChecksums)
                (crcs, sha256) = TarChecksums.Of(file, members, context.OnBytes, cancellationToken);
            else
                context.OnBytes(file.LengthBytes);
            if (StatusOf(source) != before || (before.Kind == EntryKind.File && before.Bytes != file.LengthBytes))
                throw new SourceUnreadableException(source.Address, "the archive was changed while it was read",
                    "Adopt it again when no program changes it");
            ReportTooLarge(source, found.Paths, members, context);
            int number = context.AddFile(new ReferencedFile(source.Root.UriOf(source.Path), file.LengthBytes)
            {
                ModifiedMicros = before.Kind == EntryKind.File ? before.ModifiedMicros : null,
                Sha256 = sha256,
                ETag = file.ETag,
            });
            return new(number, found.Paths, members, crcs);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SourceUnreadableException(source.Address, $"the archive cannot be read: {e.Message.TrimEnd('.')}",
                "Check the path and the permissions", e);
        }
    }

    private IEnumerable<RowBatch> Files(TarContents tar, string idPrefix)
    {
        byte[] prefix = Encoding.UTF8.GetBytes(idPrefix);
        for (int first = 0; first < tar.Members.Length; first += RowsPerBatch)
        {
            int rows = Math.Min(RowsPerBatch, tar.Members.Length - first);
            PathList paths = new();
            long[] sizes = new long[rows];
            double[] modified = new double[rows];
            MediaType[] types = new MediaType[rows];
            ContentColumn content = new(rows, tar.Crcs is not null);
            for (int row = 0; row < rows; row++)
            {
                TarMember member = tar.Members[first + row];
                paths.Add([], tar.Paths[member.Path]);
                (sizes[row], modified[row], types[row]) = (member.Bytes, FileColumns.MjdOf(member.ModifiedMicros), member.Type);
                tar.Set(content, row, first + row);
            }
            yield return new RowBatch([
                paths.ToColumn(FileColumns.ObjectId, prefix),
                paths.ToColumn(FileColumns.Path),
                new ColumnData<long>(FileColumns.Size, sizes),
                new ColumnData<double>(FileColumns.Modified, modified),
                .. options.ReadsMediaTypes ? (ReadOnlySpan<ColumnData>)[MediaTypeColumn.Of(types)] : [],
                content.ToColumn(FileColumns.Content, rows),
            ]);
        }
    }

    private static IEnumerable<RowBatch> Groups(TarContents tar, TarSource source, string idPrefix)
    {
        TarGroups groups = TarGroups.Of(source.Address, tar.Paths, tar.Members);
        byte[] prefix = Encoding.UTF8.GetBytes(idPrefix);
        ColumnSchema[] schemas = [.. groups.Endings.Select(FileColumns.ContentOf)];
        int rowsPerBatch = Math.Clamp(ContentsPerBatch / Math.Max(schemas.Length, 1), 1, RowsPerBatch);
        for (int first = 0, cell = 0; first < groups.Stems.Count; first += rowsPerBatch)
        {
            int rows = Math.Min(rowsPerBatch, groups.Stems.Count - first);
            PathList paths = new();
            for (int row = 0; row < rows; row++)
                paths.Add([], groups.Stems[first + row]);
            ContentColumn[] contents = [.. schemas.Select(_ => new ContentColumn(rows, tar.Crcs is not null))];
            for (; cell < groups.Cells.Length && groups.Cells[cell].Row < first + rows; cell++)
                tar.Set(contents[groups.Cells[cell].Column], groups.Cells[cell].Row - first, groups.Cells[cell].Member);
            yield return new RowBatch([
                paths.ToColumn(FileColumns.ObjectId, prefix),
                paths.ToColumn(FileColumns.Path),
                .. contents.Select((content, column) => content.ToColumn(schemas[column], rows)),
            ]);
        }
    }

    private static void ReportTooLarge(TarSource source, PathList paths, TarMember[] members, ArchiveContext context)
    {
        int count = members.Count(m => m.Bytes > FileColumns.MaxContentBytes);
        if (count > 0)
            context.OnFinding(FolderArchive.TooLarge(source.Address, count,
                Encoding.UTF8.GetString(paths[members.First(m => m.Bytes > FileColumns.MaxContentBytes).Path])));
    }

    private static EntryStatus StatusOf(TarSource source) => !source.Root.Store.Traits.IsLocal ? default
        : EntryStatus.Of(EntryPath.Of(source.Address), followsLinks: true);

    /// <summary>The members of an archive that is a source of the dataset.</summary>
    private sealed record TarContents(int Number, PathList Paths, TarMember[] Members, uint[]? Crcs)
    {
        internal void Set(ContentColumn content, int row, int member)
        {
            (_, long offset, long bytes, _, _) = Members[member];
            if (bytes <= FileColumns.MaxContentBytes)
                content.Set(row, Number, offset, bytes, Crcs is null ? 0 : Crcs[member]);
        }
    }
}
