using System.Text;
using Pile.Builders;
using Pile.Format;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>Reads what the rows of blocks need: status, first bytes, and checksums of their files. Thread-safe.</summary>
internal sealed class FolderBlockReader(FolderSource source, FileArchiveOptions options, int columnCount, bool computesChecksums)
{
    private readonly byte[] folder = Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(source.Folder) is "/" ? "/"
        : Path.TrimEndingDirectorySeparator(source.Folder) + "/");

    /// <summary>Reads a block.</summary>
    /// <exception cref="SourceUnreadableException">A file vanished, was changed, or cannot be read.</exception>
    internal FolderRows Read(FolderBlock block, CancellationToken cancellationToken)
    {
        int count = block.Files.Count;
        EntryStatus[] status = new EntryStatus[count];
        MediaType[] types = new MediaType[count];
        (uint Crc, string Sha256)[] sums = new (uint, string)[computesChecksums ? count : 0];
        List<SkippedRow> skipped = [.. block.Skipped];
        byte[] path = new byte[4096], head = new byte[MediaTypes.HeadBytes];
        folder.CopyTo(path, 0);
        using FileChecksums? checksums = computesChecksums ? new() : null;
        for (int file = 0; file < count; file++)
        {
            if (file % 256 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> absolute = Absolute(block.Files[file], ref path);
            try
            {
                status[file] = StatusOf(absolute, block.Files[file], skipped);
                if (status[file].Kind is not EntryKind.File)
                    continue;
                if (options.ReadsMediaTypes && !options.GroupsByStem)
                    types[file] = TypeOf(absolute, status[file].Bytes, head);
                if (checksums is not null)
                    sums[file] = SumsOf(absolute, status[file], checksums, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Unreadable(absolute, e);
            }
        }
        return Rows(block, status, types, sums, skipped);
    }

    private FolderRows Rows(FolderBlock block, EntryStatus[] status, MediaType[] types, (uint Crc, string Sha256)[] sums,
        List<SkippedRow> skipped)
    {
        PathList paths = new();
        ContentColumn[] contents = [.. Enumerable.Range(0, columnCount).Select(_ => new ContentColumn(status.Length, computesChecksums))];
        List<ReferencedFile> files = new(status.Length);
        bool isGrouped = options.GroupsByStem;
        long[] sizes = new long[isGrouped ? 0 : status.Length];
        double[] modified = new double[sizes.Length];
        (int Count, string? First) tooLarge = default;
        int lastRow = -1;
        for (int file = 0; file < status.Length; file++)
        {
            (EntryKind kind, long bytes, long modifiedMicros) = status[file];
            if (kind is not EntryKind.File)
                continue;
            if (!isGrouped)
            {
                (sizes[paths.Count], modified[paths.Count], types[paths.Count]) = (bytes, FileColumns.MjdOf(modifiedMicros), types[file]);
                paths.Add([], block.Files[file]);
            }
            else if (block.RowOf[file] != lastRow) // rows without a file are left out
            {
                lastRow = block.RowOf[file];
                paths.Add([], block.Stems[lastRow]);
            }
            string path = Encoding.UTF8.GetString(block.Files[file]);
            if (bytes > FileColumns.MaxContentBytes)
            {
                tooLarge = (tooLarge.Count + 1, tooLarge.First ?? path);
                continue;
            }
            contents[isGrouped ? block.ColumnOf[file] : 0]
                .Set(paths.Count - 1, files.Count, 0, bytes, computesChecksums ? sums[file].Crc : 0);
            files.Add(new ReferencedFile(source.Root.UriOf(path), bytes)
            {
                ModifiedMicros = modifiedMicros,
                Sha256 = computesChecksums ? sums[file].Sha256 : null,
            });
        }
        return new FolderRows
        {
            Paths = paths,
            Contents = contents,
            Files = files,
            Skipped = skipped,
            Sizes = sizes,
            Modified = modified,
            MediaTypes = options.ReadsMediaTypes && !isGrouped ? types : [],
            TooLarge = tooLarge,
        };
    }

    /// <summary>Returns the status of a file, or lists it as skipped.</summary>
    private EntryStatus StatusOf(ReadOnlySpan<byte> absolute, ReadOnlySpan<byte> relative, List<SkippedRow> skipped)
    {
        EntryStatus status = EntryStatus.Of(absolute, followsLinks: false);
        string? reason = status.Kind switch
        {
            EntryKind.File => null,
            EntryKind.Link => FollowLink(absolute, ref status),
            EntryKind.Missing => FileName.HasReplacement(relative) ? FileName.NotUtf8
                : throw Unreadable(absolute, "the file was deleted while the folder was listed"),
            EntryKind.Folder => throw Unreadable(absolute, "the file became a folder while the folder was listed"),
            _ => "it is a pipe, a socket or a device",
        };
        if (reason is null)
            return status;
        skipped.Add(new SkippedRow(Encoding.UTF8.GetString(absolute[..^1]), null, reason));
        return default;
    }

    private string? FollowLink(ReadOnlySpan<byte> absolute, ref EntryStatus status)
    {
        try
        {
            status = EntryStatus.Of(absolute, followsLinks: true);
        }
        catch (IOException e) // too many links
        {
            status = default;
            return $"a symbolic link that cannot be followed: {e.Message}";
        }
        return status.Kind switch
        {
            EntryKind.Missing => "a symbolic link without a target",
            EntryKind.File => RealPath.IsBelow(Encoding.UTF8.GetString(absolute[..^1]), source.Folder) ? null
                : "a symbolic link that leads out of the folder",
            _ => "a symbolic link to something other than a file",
        };
    }

    private static MediaType TypeOf(ReadOnlySpan<byte> absolute, long bytes, byte[] head)
    {
        int count = bytes == 0 ? 0 : FileHead.Read(absolute, head);
        return MediaTypes.Of(head.AsSpan(0, count), count == bytes);
    }

    private static (uint Crc, string Sha256) SumsOf(ReadOnlySpan<byte> absolute, EntryStatus before, FileChecksums checksums,
        CancellationToken cancellationToken)
    {
        (long bytes, uint crc, string sha256) = checksums.Of(Encoding.UTF8.GetString(absolute[..^1]), cancellationToken);
        return bytes == before.Bytes && EntryStatus.Of(absolute, followsLinks: true) == before ? (crc, sha256)
            : throw Unreadable(absolute, "the file was changed while it was read");
    }

    private ReadOnlySpan<byte> Absolute(ReadOnlySpan<byte> relative, ref byte[] buffer)
    {
        int length = folder.Length + relative.Length;
        if (length >= buffer.Length)
            Array.Resize(ref buffer, 2 * (length + 1));
        relative.CopyTo(buffer.AsSpan(folder.Length));
        buffer[length] = 0;
        return buffer.AsSpan(0, length + 1);
    }

    private static SourceUnreadableException Unreadable(ReadOnlySpan<byte> absolute, string finding, Exception? inner = null) =>
        new(Encoding.UTF8.GetString(absolute[..^1]), finding, "Adopt the folder again when no program changes its files", inner);

    private static SourceUnreadableException Unreadable(ReadOnlySpan<byte> absolute, Exception e) =>
        new(Encoding.UTF8.GetString(absolute[..^1]), $"the file cannot be read: {e.Message.TrimEnd('.')}",
            "Grant read access to it, or exclude it", e);
}
