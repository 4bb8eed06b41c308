using System.Text;

namespace Pile.Storage;

/// <summary>The path of an entry of a folder: absolute, and relative to a folder that is open, in which the system finds the entry
/// faster.</summary>
/// <param name="absolute">The absolute path as UTF-8, with a NUL at the end.</param>
/// <param name="folder">The descriptor of the folder of the entry; <see cref="None"/> if it is not open.</param>
internal readonly ref struct EntryPath(ReadOnlySpan<byte> absolute, int folder = EntryPath.None)
{
    /// <summary>In place of a folder that is not open: AT_FDCWD of &lt;fcntl.h&gt;.</summary>
    internal const int None = -100;

    private readonly ReadOnlySpan<byte> absolute = absolute;

    /// <summary>The descriptor of the folder.</summary>
    internal int Folder { get; } = folder;

    /// <summary>The path for system calls that get <see cref="Folder"/>, with a NUL at the end.</summary>
    internal ReadOnlySpan<byte> Relative => Folder == None ? absolute : absolute[(absolute.LastIndexOf((byte)'/') + 1)..];

    /// <summary>Returns a path as an entry.</summary>
    internal static EntryPath Of(string path) => new(Encoding.UTF8.GetBytes(path + '\0'));

    /// <summary>Returns the absolute path.</summary>
    public override string ToString() => Encoding.UTF8.GetString(absolute[..^1]);
}
