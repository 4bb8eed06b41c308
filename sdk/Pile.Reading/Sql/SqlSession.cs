using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>A DuckDB of its own for one SELECT of a user: it may open the tiles of the datasets' indexes, file by file as they are listed, and nothing else.</summary>
/// <remarks>Before the user's text is bound, access to files is off but for these, extensions and settings are locked, and the views are made.
/// What DuckDB spills goes into a folder that is made for this session and removed with it.</remarks>
internal sealed class SqlSession : IDisposable
{
    private readonly DuckDbDatabase database;
    private readonly string spillFolder;
    private readonly List<LocalCopies> copies = [];
    private readonly List<(TileVerification Tiles, TileColumns Columns)> verifications = [];

    private SqlSession(DuckDbDatabase database, string spillFolder)
    {
        (this.database, this.spillFolder) = (database, spillFolder);
        Connection = database.Connect();
    }

    internal DuckDbConnection Connection { get; }

    /// <summary>Opens a session with a view for each dataset: its light columns as the standard view has them, then <c>_healpix_29</c>.</summary>
    /// <exception cref="DatasetInvalidException">A tile is missing or has another size than is listed, or an alias does not evaluate.</exception>
    internal static async Task<SqlSession> OpenAsync(IReadOnlyDictionary<string, Dataset> views, SqlOptions options, CancellationToken cancellationToken)
    {
        string spill = TemporaryPath.InSystemFolder("sql");
        SqlSession session = new(DuckDbDatabase.OpenInMemory(new DuckDbSettings
        {
            Threads = options.Threads,
            MemoryLimitBytes = options.MemoryBytes,
            TempDirectory = spill,
        }), spill);
        try
        {
            List<(string Name, Dataset Dataset, string Sql)> made = [];
            List<string> tiles = [];
            foreach ((string name, Dataset dataset) in views)
            {
                FileList files = await dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
                IndexSelect select = new(session.Connection, files, dataset.Manifest, dataset.View(DatasetView.Standard));
                foreach (ViewColumn column in dataset.View(DatasetView.Standard).Columns.Where(c => !c.IsHeavy))
                    select.Output(column);
                if (dataset.View(DatasetView.Standard).FindOrNull(ColumnNames.Healpix29) is null)
                    select.Output(ColumnNames.Healpix29);
                LocalCopies local = await LocalCopies.OfAsync(dataset.Store, files, select.Paths, cancellationToken).ConfigureAwait(false);
                session.copies.Add(local);
                tiles.AddRange(select.Paths.Select(local.PathOf));
                session.verifications.Add((TileVerification.Open(dataset, files, select.OpenedTiles, local.PathOf, new TileColumns(), cancellationToken), select.Returned));
                made.Add((name, dataset, select.Sql(local.PathOf)));
            }
            session.database.LockDownToFiles([.. tiles]);
            foreach ((string name, Dataset dataset, string sql) in made)
                session.MakeView(name, dataset, sql, cancellationToken);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Verifies the columns that a statement reads of the tiles, in all row groups: any of them may count in its answer.</summary>
    /// <param name="select">The SELECT, checked before.</param>
    /// <param name="cancellationToken">Cancels the verification.</param>
    /// <exception cref="DatasetInvalidException">A tile is damaged.</exception>
    internal void Verify(string select, CancellationToken cancellationToken)
    {
        if (verifications.TrueForAll(v => v.Tiles.IsVerified(v.Columns)))
            return; // DuckDB need not plan it twice
        TileColumns read = ScannedColumns.Of(Connection, select, cancellationToken);
        foreach ((TileVerification tiles, _) in verifications)
            tiles.Verify(read, [], isSelective: false, cancellationToken);
    }

    /// <summary>Verifies all columns after DuckDB has failed: damage may be the reason.</summary>
    /// <exception cref="DatasetInvalidException">A tile is damaged.</exception>
    internal void VerifyEverything()
    {
        foreach ((TileVerification tiles, TileColumns columns) in verifications)
            tiles.VerifyEverything(columns);
    }

    /// <summary>Checks that no tile was changed since it was verified.</summary>
    /// <exception cref="DatasetInvalidException">A tile was changed.</exception>
    internal void RequireUnchanged() => verifications.ForEach(v => v.Tiles.RequireUnchanged());

    public void Dispose()
    {
        Connection.Dispose();
        database.Dispose();
        foreach (LocalCopies each in copies)
            each.Dispose();
        TemporaryPath.Delete(spillFolder);
    }

    private void MakeView(string name, Dataset dataset, string sql, CancellationToken cancellationToken)
    {
        try
        {
            Connection.Execute($"CREATE VIEW {DuckDbSql.Identifier(name)} AS {sql}", cancellationToken: cancellationToken);
        }
        catch (DuckDbException e)
        {
            throw new DatasetInvalidException(dataset.Address, $"the index does not answer: {e.Error.TrimEnd().Split('\n')[0]}", "Run 'pile validate' for all findings, then get the dataset again", e);
        }
    }
}
