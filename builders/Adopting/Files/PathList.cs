using Pile.Format;

namespace Pile.Adopting;

/// <summary>Paths as UTF-8, concatenated: a million paths are no objects.</summary>
internal sealed class PathList
{
    private byte[] utf8 = new byte[256];
    private int[] starts = new int[17];

    /// <summary>The number of paths.</summary>
    internal int Count { get; private set; }

    /// <summary>The number of bytes of all paths.</summary>
    internal int Bytes => starts[Count];

    /// <summary>A path.</summary>
    internal ReadOnlySpan<byte> this[int index] => utf8.AsSpan(starts[index], starts[index + 1] - starts[index]);

    /// <summary>Appends a path of two parts.</summary>
    internal void Add(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> name)
    {
        int end = Bytes + folder.Length + name.Length;
        if (end > utf8.Length)
            Array.Resize(ref utf8, Math.Max(end, 2 * utf8.Length));
        if (Count + 2 > starts.Length)
            Array.Resize(ref starts, 2 * starts.Length);
        folder.CopyTo(utf8.AsSpan(Bytes));
        name.CopyTo(utf8.AsSpan(Bytes + folder.Length));
        starts[++Count] = end;
    }

    /// <summary>Returns the paths as a column.</summary>
    internal TextColumnData ToColumn(ColumnSchema schema) => new(schema, utf8.AsMemory(0, Bytes), starts.AsMemory(0, Count + 1));

    /// <summary>Returns a column with a prefix before each path.</summary>
    internal TextColumnData ToColumn(ColumnSchema schema, ReadOnlySpan<byte> prefix)
    {
        if (prefix.IsEmpty)
            return ToColumn(schema);
        PathList prefixed = new();
        for (int i = 0; i < Count; i++)
            prefixed.Add(prefix, this[i]);
        return prefixed.ToColumn(schema);
    }
}
