using System.Text;
using Pile.Builders;
using Pile.Format;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>Lists the files of a folder tree in the ordinal order of their paths as UTF-8, whatever the order of the file system
/// is.</summary>
/// <remarks>Only the entries of one folder on each level are in memory.</remarks>
internal sealed class FolderWalk(FolderSource source, FileArchiveOptions options)
{
    /// <summary>The number of rows of a block.</summary>
    internal const int RowsPerBlock = 32_768;

    /// <summary>The number of bytes of paths, and of contents of grouped rows, after which a block ends earlier.</summary>
    private const int PathBytesPerBlock = 16 << 20, ContentsPerBlock = 1 << 20;

    /// <summary>Lists the files.</summary>
    /// <param name="endings">The number of the column of each ending, of files that are grouped by stem.</param>
    /// <param name="cancellationToken">Cancels the enumeration between two folders.</param>
    /// <exception cref="PileException">A folder cannot be listed; or two files have the same stem and ending.</exception>
    internal IEnumerable<FolderBlock> Blocks(IReadOnlyDictionary<string, int> endings, CancellationToken cancellationToken)
    {
        FolderBlock block = new();
        int rows = options.GroupsByStem ? Math.Clamp(ContentsPerBlock / Math.Max(endings.Count, 1), 1, RowsPerBlock) : RowsPerBlock;
        foreach ((byte[] folder, FolderEntries? entries, int index, SkippedRow? skipped) in Entries(cancellationToken))
        {
            if (skipped is not null)
                block.Skipped.Add(skipped);
            if (entries is null)
                continue;
            bool isNewRow = !options.GroupsByStem || block.RowOf.Count == 0 || !entries.HasStemOfPrevious(index);
            if (isNewRow && (block.Files.Bytes >= PathBytesPerBlock || block.RowCount >= rows))
            {
                yield return block;
                block = new();
            }
            if (options.GroupsByStem)
                AddToRow(block, isNewRow, folder, entries, index, endings);
            block.Files.Add(folder, entries[index]);
        }
        yield return block;
    }

    /// <summary>Returns the endings of all files, sorted, for files that are grouped by stem.</summary>
    /// <param name="maxEndings">The number of endings above which grouping makes no sense.</param>
    /// <param name="cancellationToken">Cancels the enumeration between two folders.</param>
    /// <exception cref="PileException">A folder cannot be listed; or there are more endings.</exception>
    internal SortedSet<string> Endings(int maxEndings, CancellationToken cancellationToken)
    {
        SortedSet<string> endings = new(StringComparer.Ordinal);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((_, FolderEntries? entries, int index, _) in Entries(cancellationToken))
            if (entries is not null && seen.Add(FileStem.EndingOf(entries[index], entries.StemLength(index))))
            {
                endings = new(seen, StringComparer.Ordinal);
                StemGroups.RequireFew(source.Folder, endings, maxEndings);
            }
        return endings;
    }

    // The files, and the folders that are skipped, in order.
    private IEnumerable<(byte[] Folder, FolderEntries? Entries, int Index, SkippedRow? Skipped)> Entries(
        CancellationToken cancellationToken)
    {
        Stack<(byte[] Folder, FolderEntries Entries, int Next)> open = new();
        open.Push(([], source.Files.IsEmpty ? FolderEntries.List(source.Folder, options.GroupsByStem, options.Excluded)
            : FolderEntries.Of(source.Files, options.GroupsByStem), 0));
        while (open.TryPop(out (byte[] Folder, FolderEntries Entries, int Next) level))
        {
            cancellationToken.ThrowIfCancellationRequested();
            (byte[] folder, FolderEntries entries, int next) = level;
            for (; next < entries.Count && !entries.IsFolder(next); next++)
                yield return (folder, entries, next, null);
            if (next == entries.Count)
                continue;
            open.Push((folder, entries, next + 1));
            byte[] inner = [.. folder, .. entries[next]];
            string path = Path.Combine(source.Folder, Encoding.UTF8.GetString(inner.AsSpan(0, inner.Length - 1)));
            if (FaultOf(path, inner) is { } fault)
                yield return (folder, null, 0, new SkippedRow(path, null, fault));
            else
                open.Push((inner, FolderEntries.List(path, options.GroupsByStem, options.Excluded), 0));
        }
    }

    /// <summary>Returns why a folder is skipped; null if it is not.</summary>
    private static string? FaultOf(string path, ReadOnlySpan<byte> utf8) =>
        EntryStatus.Of(EntryPath.Of(path), followsLinks: false).Kind switch
        {
            EntryKind.Link => "a symbolic link to a folder is not followed",
            EntryKind.Missing when FileName.HasReplacement(utf8) => FileName.NotUtf8,
            _ when utf8.Contains((byte)'\\') => FileName.HasBackslash,
            _ => null, // listing it gives the error, if there is one
        };

    // Files of one stem follow each other.
    private void AddToRow(FolderBlock block, bool isNewRow, byte[] folder, FolderEntries entries, int index,
        IReadOnlyDictionary<string, int> endings)
    {
        ReadOnlySpan<byte> name = entries[index];
        int stemLength = entries.StemLength(index), column = endings[FileStem.EndingOf(name, stemLength)];
        if (isNewRow)
            block.Stems.Add(folder, name[..stemLength]);
        int row = block.Stems.Count - 1;
        for (int file = block.RowOf.Count - 1; file >= 0 && block.RowOf[file] == row; file--)
            if (block.ColumnOf[file] == column)
                throw StemGroups.Twice(source.Folder, Encoding.UTF8.GetString(block.Files[file]),
                    Encoding.UTF8.GetString(folder) + Encoding.UTF8.GetString(name));
        block.RowOf.Add(row);
        block.ColumnOf.Add(column);
    }
}
