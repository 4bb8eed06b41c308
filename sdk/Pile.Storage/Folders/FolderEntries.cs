using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Text;
using Pile.Format;

namespace Pile.Storage;

/// <summary>The sorted entries of one folder, as UTF-8. The names of folders end with a slash, so that walking through the entries in
/// order gives the files of a tree in the order of their paths.</summary>
internal sealed class FolderEntries
{
    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private readonly List<Entry> entries = [];
    private byte[] utf8 = new byte[256];
    private int bytes;

    private FolderEntries() { }

    /// <summary>The number of entries.</summary>
    internal int Count => entries.Count;

    /// <summary>Returns the name of an entry.</summary>
    internal ReadOnlySpan<byte> this[int index] => utf8.AsSpan(entries[index].Start, entries[index].Length);

    /// <summary>Returns the number of bytes of a name before the ending and its dot.</summary>
    internal int StemLength(int index) => entries[index].StemLength;

    /// <summary>Returns true if an entry is a folder, or a link to one.</summary>
    internal bool IsFolder(int index) => this[index][^1] == (byte)'/';

    /// <summary>Lists a folder.</summary>
    /// <param name="folder">The absolute path.</param>
    /// <param name="byStem">True to sort files by their stems, and files of one stem by their endings.</param>
    /// <param name="excluded">Absolute paths that are left out.</param>
    /// <exception cref="SourceUnreadableException">The folder cannot be listed.</exception>
    internal static FolderEntries List(string folder, bool byStem, IReadOnlySet<string> excluded)
    {
        FolderEntries list = new();
        string[] left = [.. excluded.Where(path => Path.GetDirectoryName(path) == Path.TrimEndingDirectorySeparator(folder))
            .Select(path => Path.GetFileName(path)!)];
        try
        {
            foreach (bool _ in new FileSystemEnumerable<bool>(folder, list.Add, All)
            {
                ShouldIncludePredicate = left.Length == 0 ? null : (ref FileSystemEntry e) => !IsOneOf(left, e.FileName),
            }) { }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(folder, $"the folder cannot be listed: {e.Message.TrimEnd('.')}",
                "Grant read access to it, or move it elsewhere", e);
        }
        list.Sort(byStem);
        return list;
    }

    /// <summary>Returns paths of single files as the entries of a folder.</summary>
    internal static FolderEntries Of(IEnumerable<string> files, bool byStem)
    {
        FolderEntries list = new();
        foreach (string file in files.Distinct(StringComparer.Ordinal))
            list.Add(file, isFolder: false);
        list.Sort(byStem);
        return list;
    }

    /// <summary>Returns true if a file has the same stem as the entry before it.</summary>
    internal bool HasStemOfPrevious(int index) => index > 0
        && this[index][..entries[index].StemLength].SequenceEqual(this[index - 1][..entries[index - 1].StemLength]);

    private static bool IsOneOf(string[] names, ReadOnlySpan<char> name)
    {
        foreach (string one in names)
            if (name.SequenceEqual(one))
                return true;
        return false;
    }

    private bool Add(ref FileSystemEntry entry) => Add(entry.FileName, entry.IsDirectory);

    private bool Add(ReadOnlySpan<char> name, bool isFolder)
    {
        int needed = bytes + Encoding.UTF8.GetMaxByteCount(name.Length) + 1;
        if (needed > utf8.Length)
            Array.Resize(ref utf8, Math.Max(needed, 2 * utf8.Length));
        int length = Encoding.UTF8.GetBytes(name, utf8.AsSpan(bytes));
        if (isFolder)
            utf8[bytes + length++] = (byte)'/';
        entries.Add(new Entry { Start = bytes, Length = length, StemLength = length });
        bytes += length;
        return true;
    }

    private void Sort(bool byStem)
    {
        if (byStem)
            foreach (ref Entry entry in CollectionsMarshal.AsSpan(entries))
                entry.StemLength = FileStem.LengthOf(NameOf(entry));
        CollectionsMarshal.AsSpan(entries).Sort(Compare);
    }

    private ReadOnlySpan<byte> NameOf(Entry entry) => utf8.AsSpan(entry.Start, entry.Length);

    private int Compare(Entry a, Entry b)
    {
        int order = utf8.AsSpan(a.Start, a.StemLength).SequenceCompareTo(utf8.AsSpan(b.Start, b.StemLength));
        return order != 0 ? order : NameOf(a).SequenceCompareTo(NameOf(b));
    }

    private record struct Entry(int Start, int Length, int StemLength);
}
