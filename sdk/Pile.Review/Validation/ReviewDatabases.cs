using System.Collections.Concurrent;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>DuckDB databases for one file at a time. They can read files below some folders only: the dataset's, and for a remote dataset
/// the cache.</summary>
/// <remarks>A damaged file may leave a database unusable. It is then discarded, so that it does not affect the next file.</remarks>
internal sealed class ReviewDatabases(int workers, long? memoryBytes, params string[] folders) : IDisposable
{
    private const long MaxBytes = 2L << 30, MinBytes = 128L << 20;
    private readonly long workerBytes = Math.Max(MinBytes,
        (memoryBytes ?? Math.Min(MaxBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4)) / Math.Max(workers, 1));
    private readonly string spillFolder = TemporaryPath.InSystemFolder("validate");
    private readonly ConcurrentBag<DuckDbDatabase> idle = [];

    /// <summary>Runs work on a connection.</summary>
    /// <exception cref="MemoryLimitException">The work needs more memory than the limit.</exception>
    internal T Use<T>(Func<DuckDbConnection, T> work)
    {
        if (!idle.TryTake(out DuckDbDatabase? database))
            database = Open(threads: 1);
        try
        {
            T result;
            using (DuckDbConnection connection = database.Connect())
                result = work(connection);
            idle.Add(database);
            return result;
        }
        catch (Exception e)
        {
            database.Dispose();
            RequireMemory(e);
            throw;
        }
    }

    /// <inheritdoc cref="Use{T}(Func{DuckDbConnection, T})"/>
    internal void Use(Action<DuckDbConnection> work) => Use(connection =>
    {
        work(connection);
        return true;
    });

    /// <summary>Runs work over many files with all workers; nothing else should run at the same time.</summary>
    internal void UseAll(Action<DuckDbConnection> work)
    {
        using DuckDbDatabase database = Open(workers);
        using DuckDbConnection connection = database.Connect();
        try
        {
            work(connection);
        }
        catch (DuckDbException e)
        {
            RequireMemory(e);
            throw;
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out DuckDbDatabase? database))
            database.Dispose();
        TemporaryPath.Delete(spillFolder);
    }

    // Otherwise a check would report a valid file as damaged.
    private void RequireMemory(Exception error)
    {
        if (TooLittleMemory.Of(error, folders[0], "ValidationOptions.MemoryBytes") is { } limit)
            throw limit;
    }

    private DuckDbDatabase Open(int threads)
    {
        DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings
        {
            Threads = threads,
            MemoryLimitBytes = workerBytes * threads,
            TempDirectory = spillFolder,
        });
        database.LockDown([.. folders.Select(f => Path.TrimEndingDirectorySeparator(f) + Path.DirectorySeparatorChar)]);
        return database;
    }
}
