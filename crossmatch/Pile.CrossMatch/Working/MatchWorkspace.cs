using Pile.DuckDb;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>Where a match keeps what it works on: a DuckDB in memory that spills to a temporary folder of its own. Both go when it is disposed.</summary>
internal sealed class MatchWorkspace : IDisposable
{
    private readonly string folder = MakeFolder();
    private readonly long? memoryBytes;
    private readonly DuckDbDatabase database;
    private readonly List<IDisposable> owned = [];
    private bool isDisposed;

    /// <param name="workers">Threads.</param>
    /// <param name="memoryBytes">Memory to stay within; null for the machine's.</param>
    internal MatchWorkspace(int workers, long? memoryBytes)
    {
        this.memoryBytes = memoryBytes;
        try
        {
            database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = workers, MemoryLimitBytes = memoryBytes / 2, TempDirectory = Path.Combine(folder, "spill") });
            database.LockDown(folder + Path.DirectorySeparatorChar);
        }
        catch
        {
            TemporaryPath.Delete(folder);
            throw;
        }
    }

    /// <summary>The folder, for files of the match.</summary>
    internal string Folder => folder;

    /// <summary>True when so many bytes would take more of the memory than their share: then they go to a file.</summary>
    internal bool IsTight(long bytes) => memoryBytes is { } limit && bytes > limit / 16;

    /// <summary>Takes something that ends with the workspace.</summary>
    internal void Own(IDisposable resource) => owned.Add(resource);

    /// <summary>A connection, for one thread.</summary>
    internal DuckDbConnection Connect()
    {
        ObjectDisposedException.ThrowIf(isDisposed, typeof(MatchTable));
        return database.Connect();
    }

    /// <summary>Does something with a connection of its own.</summary>
    internal T Do<T>(Func<DuckDbConnection, T> work)
    {
        using DuckDbConnection connection = Connect();
        try
        {
            return work(connection);
        }
        catch (DuckDbException e)
        {
            throw Translate(e);
        }
    }

    /// <summary>Makes DuckDB's error one that a user can mend.</summary>
    internal Exception Translate(DuckDbException e)
    {
        string reason = e.Error.TrimEnd().Split('\n')[0];
        if (e.Error.StartsWith("IO Error", StringComparison.Ordinal) || e.Error.Contains("failed to offload", StringComparison.Ordinal))
            return FolderUnusable(folder, reason, e);
        return e.Error.StartsWith("Out of Memory", StringComparison.Ordinal)
            ? new ArgumentException(memoryBytes is { } limit
                ? $"The match needs more memory than {limit / (1 << 20):N0} MiB, of which half is for sorting and joining ({reason}). Give more with --memory."
                : $"The match needs more memory than this machine has ({reason}). Choose a smaller radius, fewer columns or fewer rows.", e)
            : e;
    }

    public void Dispose()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        database.Dispose();
        owned.ForEach(resource => resource.Dispose());
        TemporaryPath.Delete(folder);
    }

    private static string MakeFolder()
    {
        try
        {
            return TemporaryPath.CreateSystemFolder("match");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FolderUnusable(Path.GetTempPath(), e.Message, e);
        }
    }

    private static IOException FolderUnusable(string path, string reason, Exception e) =>
        new($"The temporary folder '{path}' cannot be used: {reason.TrimEnd('.')}. Set TMPDIR to a folder on a disk with room.", e);
}
