using System.Globalization;
using System.Runtime.CompilerServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The temporary data of a match: an in-memory DuckDB database and a temporary folder, which are deleted when it is
/// disposed.</summary>
internal sealed class MatchWorkspace : IDisposable
{
    private readonly string folder = MakeFolder();
    private readonly long? memoryBytes;
    private readonly Lazy<DuckDbDatabase> database;
    private readonly List<IDisposable> owned = [];
    private readonly List<RowMemory> spares = [];
    private readonly SemaphoreSlim turn = new(1);
    private readonly long maxKeptBytes;
    private long keptBytes;
    private int fileCount;
    private readonly object state = new();
    private int reads;
    private bool isClosed, isDisposed;

    /// <param name="workers">The number of threads.</param>
    /// <param name="memoryBytes">The memory limit; null for that of the machine.</param>
    /// <param name="keptBytes">The bytes to keep in memory before files are used; null for a quarter of the limit.</param>
    internal MatchWorkspace(int workers, long? memoryBytes, long? keptBytes = null)
    {
        this.memoryBytes = memoryBytes;
        maxKeptBytes = keptBytes ?? (memoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3) / 4;
        // Opened on demand: a match of mapped sides without SQL conditions does not need it.
        database = new(() =>
        {
            DuckDbDatabase opened = DuckDbDatabase.OpenInMemory(new DuckDbSettings
            {
                Threads = workers,
                MemoryLimitBytes = memoryBytes / 2,
                TempDirectory = Path.Combine(folder, "spill")
            });
            opened.LockDown(folder + Path.DirectorySeparatorChar);
            return opened;
        });
    }

    /// <summary>Adds a resource that is disposed with the workspace.</summary>
    internal void Own(IDisposable resource)
    {
        lock (owned)
            owned.Add(resource);
    }

    /// <summary>Counts bytes that are kept in memory until the match ends.</summary>
    /// <returns>False if the limit is exceeded, so that the bytes must be stored in a file.</returns>
    internal bool TryKeep(long bytes)
    {
        if (Interlocked.Add(ref keptBytes, bytes) <= maxKeptBytes)
            return true;
        Interlocked.Add(ref keptBytes, -bytes);
        return false;
    }

    /// <summary>Allocates a value for each row of a side, with undefined content.</summary>
    /// <exception cref="WorkFolderException">The values must be stored in a file, and the disk is full.</exception>
    internal RowArray<T> Rows<T>(int count) where T : unmanaged
    {
        if (TryKeep((long)count * Unsafe.SizeOf<T>()))
            return InMemory<T>(count);
        MappedTemporaryFile file = InFolder(() => MappedTemporaryFile.Create(NewFile(), (long)count * Unsafe.SizeOf<T>()));
        Own(file);
        return new RowArray<T>(file, count);
    }

    /// <summary>Allocates memory for values that were counted by <see cref="TryKeep"/>.</summary>
    internal RowArray<T> InMemory<T>(int count) where T : unmanaged
    {
        RowArray<T> values = Spare((long)count * Unsafe.SizeOf<T>()) is { } spare ? new(spare, count) : new(count);
        Own(values);
        return values;
    }

    /// <summary>Frees values before the workspace ends. Those in a file stay until then. Large memory is kept for values of about the same
    /// size until <see cref="FreeSpares"/>: it need not be cleared again, which takes as long as filling it.</summary>
    internal void Free<T>(RowArray<T> values) where T : unmanaged
    {
        lock (owned)
            if (!owned.Remove(values))
                return;
        Interlocked.Add(ref keptBytes, -(long)values.Count * Unsafe.SizeOf<T>());
        if (values.Detach() is not { IsLarge: true } memory)
            ((IDisposable)values).Dispose();
        else
            lock (spares)
                spares.Add(memory);
    }

    /// <summary>Frees the memory that is kept for further values.</summary>
    internal void FreeSpares()
    {
        lock (spares)
        {
            spares.ForEach(memory => memory.Dispose());
            spares.Clear();
        }
    }

    /// <summary>Runs work that uses all threads and much memory, one at a time: the next one uses the memory that the one before has
    /// freed.</summary>
    internal async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try { return await Task.Run(work, cancellationToken).ConfigureAwait(false); }
        finally { turn.Release(); }
    }

    private RowMemory? Spare(long bytes)
    {
        lock (spares)
        {
            RowMemory? spare = spares.Where(memory => memory.Bytes >= bytes && memory.Bytes / 2 <= bytes).MinBy(memory => memory.Bytes);
            if (spare is not null)
                spares.Remove(spare);
            return spare;
        }
    }

    /// <summary>Returns the path of a new file in the folder.</summary>
    internal string NewFile() => Path.Combine(folder, $"{Interlocked.Increment(ref fileCount)}.kept");

    /// <summary>Runs an operation on files of the folder.</summary>
    /// <exception cref="WorkFolderException">The operation failed.</exception>
    internal T InFolder<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (FileFault.Is(e))
        {
            throw FolderUnusable(folder, FileFault.TextOf(e), e);
        }
    }

    /// <exception cref="ObjectDisposedException">The match was disposed.</exception>
    internal void RequireOpen() => ObjectDisposedException.ThrowIf(Volatile.Read(ref isClosed), typeof(MatchTable));

    /// <summary>Reads memory or files of the match, which are not released meanwhile.</summary>
    /// <param name="read">Reads a block of rows, because each call takes a lock. It must not call code of the user.</param>
    /// <exception cref="ObjectDisposedException">The match was disposed.</exception>
    internal T Read<T>(Func<T> read)
    {
        lock (state)
        {
            RequireOpen();
            reads++;
        }
        try
        {
            return read();
        }
        finally
        {
            lock (state)
                if (--reads == 0)
                    Monitor.PulseAll(state);
        }
    }

    /// <summary>Lets further reads fail, and waits for those in progress, because memory that is released must not be read.</summary>
    internal void Close()
    {
        lock (state)
        {
            isClosed = true;
            while (reads > 0)
                Monitor.Wait(state);
        }
    }

    /// <summary>Opens a connection for one thread.</summary>
    internal DuckDbConnection Connect()
    {
        RequireOpen();
        return database.Value.Connect();
    }

    /// <summary>Runs an operation with a separate connection.</summary>
    internal T Do<T>(Func<DuckDbConnection, T> work) => Read(() =>
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
    });

    /// <summary>Translates an error of DuckDB to one with advice for the user.</summary>
    internal Exception Translate(DuckDbException e)
    {
        RequireOpen(); // a scan of the rows fails when the match is disposed
        string reason = e.Error.TrimEnd().Split('\n')[0];
        if (e.Type == DuckDbErrorType.IO || e.Error.Contains("failed to offload", StringComparison.Ordinal))
            return FolderUnusable(folder, reason, e);
        return e.Type == DuckDbErrorType.OutOfMemory
            ? new MemoryLimitException(memoryBytes is { } limit
                ? string.Create(CultureInfo.InvariantCulture,
                    $"The match needs more memory than {limit / (1 << 20):N0} MiB, of which half is for sorting and joining ({reason}). "
                    + $"Increase CrossMatchOptions.MemoryBytes.")
                : $"The match needs more memory than this machine has ({reason}). Choose a smaller radius, fewer columns or fewer rows.", e)
            : e;
    }

    public void Dispose()
    {
        Close();
        lock (state)
        {
            if (isDisposed)
                return;
            isDisposed = true;
        }
        if (database.IsValueCreated)
            database.Value.Dispose();
        owned.ForEach(resource => resource.Dispose());
        FreeSpares();
        turn.Dispose();
        TemporaryPath.Delete(folder);
    }

    private static string MakeFolder()
    {
        try
        {
            return TemporaryPath.CreateSystemFolder("match");
        }
        catch (IOException e)
        {
            throw new WorkFolderException(e.Message, e);
        }
    }

    private static WorkFolderException FolderUnusable(string path, string reason, Exception e) =>
        new($"The temporary folder '{path}' cannot be used: {reason.TrimEnd('.')}. Set TMPDIR to a folder on a disk with free space.", e);
}
