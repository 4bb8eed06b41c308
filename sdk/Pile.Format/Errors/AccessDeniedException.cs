namespace Pile.Format;

/// <summary>A file or folder cannot be read because the system denies permission; whether it exists may be unknown.</summary>
internal sealed class AccessDeniedException : PileException
{
    private AccessDeniedException(string path, string finding, string remedy, Exception inner)
        : base($"'{path}' cannot be read: {finding}. {remedy}.", inner) => Path = path;

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>Describes a file that cannot be read itself, or that is in a folder that cannot be entered.</summary>
    internal static AccessDeniedException OfFile(string path, Exception inner) => !File.Exists(path) ? OfPath(path, inner)
        : new(path, "permission to read this file is denied", "Grant read access to it", inner);

    /// <summary>Describes a folder whose entries cannot be listed, or one of whose folders cannot.</summary>
    internal static AccessDeniedException OfListing(string folder, Exception inner) =>
        new(folder, $"a folder cannot be listed: {FileFault.TextOf(inner)}", "Grant read access to that folder", inner);

    /// <summary>Describes a path in a folder that cannot be entered.</summary>
    internal static AccessDeniedException OfPath(string path, Exception inner)
    {
        // A folder without permissions is itself visible, so the closed folder is the deepest visible one.
        string? folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path));
        while (folder is not null && !Directory.Exists(folder))
            folder = System.IO.Path.GetDirectoryName(folder);
        return new(folder ?? "/", "permission to enter this folder is denied", "Grant read access to it and to the files in it", inner);
    }
}
