namespace Pile.Reading;

/// <summary>Keeps the session of the last SQL statement over a dataset: the next one need not open a database, verify the footers of all
/// tiles and define the view.</summary>
internal sealed class IdleSql : IDisposable
{
    private readonly Lock keeping = new();
    private SqlSession? session;
    private bool isDisposed;

    /// <summary>Passes the session to the caller; null without one.</summary>
    internal SqlSession? Take()
    {
        lock (keeping)
        {
            SqlSession? taken = session;
            session = null;
            return taken;
        }
    }

    /// <summary>Keeps a session.</summary>
    /// <returns>False if there is one already, or if the dataset is closed.</returns>
    internal bool TryKeep(SqlSession ended)
    {
        lock (keeping)
        {
            if (isDisposed || session is not null)
                return false;
            session = ended;
            return true;
        }
    }

    public void Dispose()
    {
        lock (keeping)
        {
            isDisposed = true;
            session?.Dispose();
            session = null;
        }
    }
}
