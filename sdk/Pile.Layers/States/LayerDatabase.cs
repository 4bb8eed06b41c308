using Pile.DuckDb;
using Pile.Format;

namespace Pile.Layers;

/// <summary>A DuckDB database for one operation on a layer, with a folder for its files.</summary>
internal sealed class LayerDatabase : IDisposable
{
    private readonly DuckDbDatabase database;

    /// <param name="folder">The folder for its files, which is created and deleted; null for a new one.</param>
    /// <param name="threads">The number of threads; null for all cores.</param>
    /// <param name="memoryBytes">The memory limit; null for DuckDB's default.</param>
    internal LayerDatabase(string? folder = null, int? threads = null, long? memoryBytes = null)
    {
        Folder = folder ?? TemporaryPath.CreateSystemFolder("layer");
        Directory.CreateDirectory(Folder);
        try
        {
            database = DuckDbDatabase.OpenInMemory(new DuckDbSettings
            {
                Threads = threads,
                MemoryLimitBytes = memoryBytes,
                TempDirectory = Path.Combine(Folder, "spill"),
            });
            Connection = database.Connect();
        }
        catch
        {
            database?.Dispose();
            TemporaryPath.Delete(Folder);
            throw;
        }
    }

    internal string Folder { get; }

    internal DuckDbConnection Connection { get; }

    /// <summary>Opens a further connection, for a result that is read while other statements run.</summary>
    internal DuckDbConnection Connect() => database.Connect();

    internal string NewFile() => Path.Combine(Folder, $"{Guid.NewGuid():N}.parquet");

    public void Dispose()
    {
        Connection.Dispose();
        database.Dispose();
        TemporaryPath.Delete(Folder);
    }
}
