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
        using OpenFolder open = new();
        using FileChecksums? checksums = computesChecksums ? new() : null;
        for (int file = 0; file < count; file++)
        {
            if (file % 256 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            EntryPath entry = open.Enter(Absolute(block.Files[file], ref path), file + 1 < count ? block.Files[file + 1] : [],
                folder.Length);
            try
            {
                status[file] = StatusOf(entry, block.Files[file], skipped);
                if (status[file].Kind is not EntryKind.File)
                    continue;
                if (options.ReadsMediaTypes && !options.GroupsByStem)
                    types[file] = TypeOf(entry, status[file].Bytes, head);
                if (checksums is not null)
                    sums[file] = SumsOf(entry, status[file], checksums, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Unreadable(entry, e);
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
    private EntryStatus StatusOf(EntryPath entry, ReadOnlySpan<byte> relative, List<SkippedRow> skipped)
    {
        EntryStatus status = EntryStatus.Of(entry, followsLinks: false);
        string? reason = status.Kind switch
        {
            EntryKind.File or EntryKind.Link when relative.Contains((byte)'\\') => FileName.HasBackslash,
            EntryKind.File => null,
            EntryKind.Link => FollowLink(entry, ref status),
            EntryKind.Missing => FileName.HasReplacement(relative) ? FileName.NotUtf8
                : throw Unreadable(entry, "the file was deleted while the folder was listed"),
            EntryKind.Folder => throw Unreadable(entry, "the file became a folder while the folder was listed"),
            _ => "it is a pipe, a socket or a device",
        };
        if (reason is null)
            return status;
        skipped.Add(new SkippedRow(entry.ToString(), null, reason));
        return default;
    }

    private string? FollowLink(EntryPath entry, ref EntryStatus status)
    {
        try
        {
            status = EntryStatus.Of(entry, followsLinks: true);
        }
        catch (IOException e) // too many links
        {
            status = default;
            return $"a symbolic link that cannot be followed: {e.Message}";
        }
        return status.Kind switch
        {
            EntryKind.Missing => "a symbolic link without a target",
            EntryKind.File => RealPath.IsBelow(entry.ToString(), source.Folder) ? null
                : "a symbolic link that leads out of the folder",
            _ => "a symbolic link to something other than a file",
        };
    }

    private static MediaType TypeOf(EntryPath entry, long bytes, byte[] head)
    {
        int count = bytes == 0 ? 0 : FileHead.Read(entry, head);
        return MediaTypes.Of(head.AsSpan(0, count), count == bytes);
    }

    private static (uint Crc, string Sha256) SumsOf(EntryPath entry, EntryStatus before, FileChecksums checksums,
        CancellationToken cancellationToken)
    {
        (long bytes, uint crc, string sha256) = checksums.Of(entry.ToString(), cancellationToken);
        return bytes == before.Bytes && EntryStatus.Of(entry, followsLinks: true) == before ? (crc, sha256)
            : throw Unreadable(entry, "the file was changed while it was read");
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

    private static SourceUnreadableException Unreadable(EntryPath entry, string finding, Exception? inner = null) =>
        new(entry.ToString(), finding, "Adopt the folder again when no program changes its files", inner);

    private static SourceUnreadableException Unreadable(EntryPath entry, Exception e) =>
        new(entry.ToString(), $"the file cannot be read: {e.Message.TrimEnd('.')}",
            "Grant read access to it, or move it elsewhere", e);
}
