using System.Diagnostics.CodeAnalysis;
using Pile.DuckDb.Native;

// Live handles are counted per process, so tests run sequentially.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Pile.DuckDb.Tests;

/// <summary>A database in memory with one connection; checks that closing them leaves no native object.</summary>
[SuppressMessage("Design", "CA1063", Justification = "xunit disposes each test's instance.")]
[SuppressMessage("Usage", "CA1816", Justification = "No finalizer.")]
public abstract class DatabaseTest : IDisposable
{
    private readonly int handlesBefore = DuckDbHandle.LiveCount + CallbackState.LiveCount;

    internal DuckDbDatabase Database { get; } = DuckDbDatabase.OpenInMemory(new() { Threads = 2 });

    internal DuckDbConnection Connection { get; }

    protected DatabaseTest() => Connection = Database.Connect();

    public void Dispose()
    {
        Connection.Dispose();
        Database.Dispose();
        Assert.Equal(handlesBefore, DuckDbHandle.LiveCount + CallbackState.LiveCount);
    }

    /// <summary>Reads a complete column of scalar values.</summary>
    internal T[] Column<T>(string sql) where T : unmanaged
    {
        var all = new List<T>();
        using DuckDbResult result = Connection.Query(sql);
        foreach (DuckDbChunk chunk in result.Chunks())
            all.AddRange(chunk.Values<T>(0));
        return [.. all];
    }

    /// <summary>Reads a complete column of texts.</summary>
    internal List<string?> Texts(string sql)
    {
        var all = new List<string?>();
        using DuckDbResult result = Connection.Query(sql);
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
                all.Add(chunk[0].Text(row));
        return all;
    }
}
