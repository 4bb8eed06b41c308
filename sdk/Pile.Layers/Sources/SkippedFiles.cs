namespace Pile.Layers;

/// <summary>Files and folders that a scan could not list or read. Thread-safe.</summary>
internal sealed class SkippedFiles
{
    private const int MostListed = 1000;

    private readonly Lock adding = new();
    private readonly List<(string Path, string Reason)> listed = [];
    private readonly List<string> folders = [];

    /// <summary>The number of files and folders.</summary>
    internal long Count { get; private set; }

    /// <summary>The first of them.</summary>
    internal IReadOnlyList<(string Path, string Reason)> Listed => listed;

    internal void Add(string path, string reason)
    {
        lock (adding)
        {
            Count++;
            if (listed.Count < MostListed)
                listed.Add((path, reason));
        }
    }

    /// <summary>Adds a folder that cannot be listed: what an earlier scan found in it is kept.</summary>
    /// <param name="path">The folder, with a slash at its end.</param>
    /// <param name="reason">Why it cannot be listed.</param>
    internal void AddFolder(string path, string reason)
    {
        Add(path, reason);
        lock (adding)
            folders.Add(path);
    }

    /// <summary>Returns true if a path is in a folder that could not be listed.</summary>
    internal bool HasFolderOf(string path)
    {
        lock (adding)
            return folders.Exists(f => path.StartsWith(f, StringComparison.Ordinal));
    }
}
