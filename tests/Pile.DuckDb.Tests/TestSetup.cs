using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using Pile.DuckDb.Native;

// Live handles are counted per process, so tests run sequentially.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Pile.DuckDb.Tests;

internal static class HandleTracking
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Before any test.")]
    internal static void Begin()
    {
        if (Environment.GetEnvironmentVariable(LibraryResolverTests.ResolverVariable) is { Length: > 0 } path)
            NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, (_, _, _) => NativeLibrary.Load(path));
        Track();
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // the first use of Pile.DuckDb
    private static void Track() => LiveHandles.Track();
}

/// <summary>A database in memory with one connection; checks that closing them leaves no native object.</summary>
[SuppressMessage("Design", "CA1063", Justification = "xunit disposes each test's instance.")]
[SuppressMessage("Usage", "CA1816", Justification = "No finalizer.")]
public abstract class DatabaseTest : IDisposable
{
    private readonly int handlesBefore = LiveHandles.Count + CallbackState.LiveCount;

    internal DuckDbDatabase Database { get; } = DuckDbDatabase.OpenInMemory(new() { Threads = 2 });

    internal DuckDbConnection Connection { get; }

    protected DatabaseTest() => Connection = Database.Connect();

    public void Dispose()
    {
        Connection.Dispose();
        Database.Dispose();
        Assert.Equal(handlesBefore, LiveHandles.Count + CallbackState.LiveCount);
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
