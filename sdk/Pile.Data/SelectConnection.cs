using System.Data;
using DuckDB.NET.Data;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Data;

/// <summary>A connection of DuckDB.NET over the views of a session, whose commands are single SELECTs.</summary>
internal sealed class SelectConnection : DuckDBConnection
{
    private const int MostAccepted = 100;

    private static readonly string[] TransactionStatements = ["BEGIN TRANSACTION", "COMMIT", "ROLLBACK"];

    private readonly IReadOnlyDictionary<string, Dataset> datasets;
    private readonly Lock checking = new();
    private readonly Dictionary<string, string> accepted = new(StringComparer.Ordinal);
    private SqlSession? session;
    private bool wasOpened, readsSchema;

    private SelectConnection(IReadOnlyDictionary<string, Dataset> datasets) => this.datasets = datasets;

    internal static async Task<DuckDBConnection> OpenAsync(IReadOnlyDictionary<string, Dataset> datasets,
        CancellationToken cancellationToken)
    {
        foreach (Dataset dataset in datasets.Values)
            dataset.RequireOpen();
        SqlOptions limits = new()
        {
            Threads = datasets.Values.Min(d => d.Options.Threads),
            MemoryBytes = datasets.Values.Min(d => d.Options.QueryMemoryBytes)
        };
        SelectConnection connection = new(datasets);
        try
        {
            connection.session = await Task.Run(() => SqlSession.OpenAsync(connection.OpenDatabase, datasets, limits, isVerified: true,
                cancellationToken), cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The connection was open before: its views are gone.</exception>
    public override void Open()
    {
        if (wasOpened)
            throw new InvalidOperationException("A connection over datasets cannot be opened again. Call OpenConnectionAsync.");
        wasOpened = true;
        base.Open();
    }

    public override void Close()
    {
        base.Close();
        session?.Dispose(); // the last connection closes the database
        session = null;
    }

    public override DuckDBCommand CreateCommand() =>
        readsSchema ? base.CreateCommand() : new SelectCommand(this) { Connection = this };

    public override DataTable GetSchema(string collectionName, string?[]? restrictionValues)
    {
        readsSchema = true; // with statements of DuckDB.NET over the catalog of DuckDB
        try
        {
            return base.GetSchema(collectionName, restrictionValues);
        }
        finally
        {
            readsSchema = false;
        }
    }

    /// <summary>Checks the text of a command, and returns the text to run.</summary>
    /// <exception cref="ArgumentException">It is not one SELECT over the datasets, and not of a transaction.</exception>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    internal string Check(string text)
    {
        if (TransactionStatements.Contains(text.Trim().TrimEnd(';'), StringComparer.OrdinalIgnoreCase))
            return text;
        lock (checking)
        {
            if (accepted.TryGetValue(text, out string? run) && session is not null) // a text with parameters is set many times
                return run;
            run = Sql.Check(Session, datasets, text);
            if (accepted.Count == MostAccepted)
                accepted.Clear();
            return accepted[text] = run;
        }
    }

    /// <summary>Checks that the datasets are open and their tiles are those that were verified.</summary>
    /// <exception cref="DatasetInvalidException">A tile has changed.</exception>
    /// <exception cref="ObjectDisposedException">A dataset is disposed.</exception>
    internal void RequireUnchanged()
    {
        foreach (Dataset dataset in datasets.Values)
            dataset.RequireOpen();
        Session.RequireUnchanged();
    }

    private SqlSession Session => session ?? throw new InvalidOperationException("The connection is closed.");

    private DuckDbDatabase OpenDatabase(DuckDbSettings settings)
    {
        DuckDBConnectionStringBuilder text = new() { DataSource = DuckDBConnectionStringBuilder.InMemoryDataSource };
        foreach ((string name, string value) in DuckDbDatabase.ConfigurationOf(settings))
            text[name] = value;
        ConnectionString = text.ConnectionString;
        try
        {
            Open();
        }
        catch (DuckDBException e) when (e.Message.Contains("Out of Memory", StringComparison.OrdinalIgnoreCase))
        {
            throw DuckDbDatabase.NoMemoryForThreads(e);
        }
        return DuckDbDatabase.Of(() =>
        {
            DuckDBConnection other = Duplicate();
            other.Open();
            return (other.NativeConnection, other);
        });
    }
}
