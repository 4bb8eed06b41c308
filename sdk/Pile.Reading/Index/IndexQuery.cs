using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Checks a query, prunes its tiles, and executes it in DuckDB.</summary>
internal sealed partial class IndexQuery
{
    private readonly Dataset dataset;
    private readonly IFileStore store;
    private readonly ImmutableArray<ViewColumn> columns;
    private readonly List<(string Given, SqlExpression Executed)> expressions = []; // names of categories are replaced
    private readonly Dictionary<ViewColumn, DuckDbTypeId> types = [];
    private readonly Query query;
    private readonly FileList files;
    private readonly ViewSchema view;
    private readonly bool isWithHeavy;
    private long[]? idPositions; // of the query's ids, if the dataset has an index of ids
    private long[]? savedPositions; // of the saved query's rows, if they cannot be selected by its conditions
    private DuckDbConnection? connected;
    private TileVerification? verification;
    private TileColumns deciding = new();

    private IndexQuery(Query query, FileList files, bool isWithHeavy)
    {
        (this.query, this.files, this.isWithHeavy) = (query, files, isWithHeavy);
        (dataset, store) = (query.Dataset, query.Dataset.Store);
        view = dataset.View(query.View);
        columns = [.. view.FindAll(query.ColumnNames, isWithHeavy).Where(c => !c.IsHeavy)];
    }

    /// <summary>The light columns of the result.</summary>
    internal ImmutableArray<ViewColumn> Columns => columns;

    internal ViewSchema View => view;

    /// <summary>Prepares a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="isWithHeavy">True if the query may name heavy columns, which the caller reads itself.</param>
    /// <param name="cancellationToken">Cancels the loading of the list of files.</param>
    /// <param name="isReported">True if the caller reports the plan.</param>
    internal static async Task<IndexQuery> OfAsync(Query query, bool isWithHeavy, CancellationToken cancellationToken,
        bool isReported = false)
    {
        FileList list = await query.Dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
        long[]? found = null;
        if (query.ObjectIds is { } ids && await query.Dataset.IdIndexAsync(cancellationToken).ConfigureAwait(false) is { } index)
            found = await Task.Run(() => Array.FindAll(index.Find(ids.AsSpan(), cancellationToken), static position => position >= 0),
                cancellationToken).ConfigureAwait(false);
        long[]? saved = query.Base is { } rows && rows.NeedsPositions(query.View)
            ? await query.Dataset.SavedPositionsAsync(cancellationToken).ConfigureAwait(false) : null;
        return new IndexQuery(query, list, isWithHeavy)
        {
            idPositions = found,
            savedPositions = saved,
            IsReported = isReported,
        };
    }

    // Opened when it is needed, because a plan without conditions does not need DuckDB, which takes long to load.
    private DuckDbConnection Connection => connected ??= dataset.Database.Connect();

    /// <summary>Returns the plan without executing it.</summary>
    internal QueryPlan Plan()
    {
        try
        {
            return Plan(Select(ImmutableHashSet<ViewColumn>.Empty, null));
        }
        finally
        {
            connected?.Dispose();
        }
    }

    /// <summary>Reports the plan without executing it.</summary>
    internal async Task ReportAsync(CancellationToken cancellationToken)
    {
        try
        {
            IndexSelect select = Select(ImmutableHashSet<ViewColumn>.Empty, null);
            await dataset.ReportAsync(() => Plan(select), () => select.Sql(path => path), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            connected?.Dispose();
        }
    }

    /// <summary>True if the caller reports the plan.</summary>
    internal bool IsReported { get; init; }

    private QueryPlan Plan(IndexSelect select)
    {
        TileColumns read = new();
        read.AddAll(select.Returned);
        read.AddAll(select.Deciding);
        return new QueryPlan(files.Tiles.Length) { Tiles = select.Tiles, Columns = read };
    }

    /// <summary>Counts the rows.</summary>
    internal async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        using (Connection)
        {
            IndexSelect select = new(() => Connection, files, dataset, view);
            Restrict(select, isCounting: true);
            select.OutputOuter("1 AS one");
            using LocalCopies copies = await CopiesAsync(select, isFull: false, cancellationToken).ConfigureAwait(false);
            verification = Verify(select, copies, cancellationToken);
            try
            {
                await FetchAsync(select, null, copies, cancellationToken).ConfigureAwait(false);
                await dataset.ReportAsync(() => Plan(select), () => select.Sql(path => path), cancellationToken).ConfigureAwait(false);
                long count = await CountAsync(select, copies, cancellationToken).ConfigureAwait(false);
                verification.RequireUnchanged();
                return count;
            }
            catch (DuckDbException e)
            {
                throw Translate(e);
            }
        }
    }

    private async Task<long> CountAsync(IndexSelect select, LocalCopies copies, CancellationToken cancellationToken)
    {
        try
        {
            return Connection.Scalar<long>($"SELECT count(*) FROM ({select.Sql(copies.PathOf)})", cancellationToken: cancellationToken);
        }
        catch (DuckDbException e) when (copies.HasSparse && RemoteTile.IsHole(e))
        {
            await copies.CompleteAsync(cancellationToken).ConfigureAwait(false);
            return await CountAsync(select, copies, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Returns the positions of the rows in the index.</summary>
    internal async Task<long[]> PositionsAsync(CancellationToken cancellationToken)
    {
        List<long> positions = [];
        using IndexResult result = await ExecuteAsync(select =>
        {
            select.UsesPosition = true;
            select.OutputOuter($"d.{IndexSelect.Position}");
        }, cancellationToken).ConfigureAwait(false);
        result.Gather(long.MaxValue, chunk => positions.AddRange(chunk.Values<long>(columns.Length)));
        return [.. positions];
    }

    /// <summary>Executes the query; the result owns the connection.</summary>
    /// <param name="further">Adds further outputs after the light columns; null for none.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    internal async Task<IndexResult> ExecuteAsync(Action<IndexSelect>? further, CancellationToken cancellationToken)
    {
        LocalCopies? copies = null;
        try
        {
            // The type of an expression is known once DuckDB has bound it. A type that no column can have is cast to float64 or text, and
            // the statement runs again.
            ImmutableHashSet<ViewColumn> cast = ImmutableHashSet<ViewColumn>.Empty;
            while (true)
            {
                IndexSelect select = Select(cast, further);
                bool isAll = !query.IsNarrowed && query.ColumnNames is null && further is null;
                copies ??= await CopiesAsync(select, isAll, cancellationToken).ConfigureAwait(false); // the same tiles in every round
                verification ??= Verify(select, copies, cancellationToken);
                try
                {
                    await FetchAsync(select, () => Select(cast, further), copies, cancellationToken).ConfigureAwait(false);
                    if (verification.NeedsPositions)
                    {
                        select.UsesPosition = true;
                        select.OutputOuter($"d.{IndexSelect.Position}");
                    }
                    if (!IsReported)
                        await dataset.ReportAsync(() => Plan(select), () => select.Sql(path => path), cancellationToken)
                            .ConfigureAwait(false);
                    DuckDbResult result = Connection.Query(select.Sql(copies.PathOf), cancellationToken: cancellationToken);
                    ViewColumn[] toCast = [.. columns.Where((c, i) => c.DType is null && result.Columns[i].Type.Id.ToDType() is null)];
                    if (toCast.Length == 0)
                        return new IndexResult(Connection, result, copies, this, verification, Schemas(result));
                    RequireCastable(toCast, result);
                    foreach (ViewColumn column in toCast)
                        types[column] = result.Columns[columns.IndexOf(column)].Type.Id;
                    cast = cast.Union(toCast);
                }
                catch (DuckDbException e) when (copies.HasSparse && RemoteTile.IsHole(e))
                {
                    await copies.CompleteAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (DuckDbException e)
        {
            connected?.Dispose();
            copies?.Dispose();
            throw Translate(e);
        }
        catch
        {
            connected?.Dispose();
            copies?.Dispose();
            throw;
        }
    }

    private void RequireCastable(ViewColumn[] toCast, DuckDbResult result)
    {
        foreach (ViewColumn column in toCast)
            if (result.Columns[columns.IndexOf(column)].Type is { Child: not null } or { Fields.Count: > 0 })
                throw new DatasetInvalidException(store.Address, $"the alias '{column.Name}' evaluates neither to a number nor to text",
                    "Read the native view, or correct the manifest");
    }

    private TileVerification Verify(IndexSelect select, LocalCopies copies, CancellationToken cancellationToken)
    {
        deciding = select.Deciding;
        TileVerification opened = TileVerification.Open(dataset, files, select.OpenedTiles, copies.PathOf, select.Returned,
            cancellationToken);
        bool isSelective = select.CanAddPosition
            && (!query.Conditions.IsEmpty || query.ObjectIds is not null || query.Base is not null || select.Limit is not null
                || select.Join.Length > 0);
        if (!select.Tiles.IsEmpty)
            opened.Verify(select.Deciding, select.Regions, isSelective, cancellationToken);
        return opened;
    }

    private Task<LocalCopies> CopiesAsync(IndexSelect select, bool isFull, CancellationToken cancellationToken) =>
        LocalCopies.OfAsync(dataset, files, select.Paths, isFull, cancellationToken);

    private ImmutableArray<ColumnSchema> Schemas(DuckDbResult result)
    {
        var schemas = new ColumnSchema[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            DuckDbType found = result.Columns[i].Type;
            DType type = columns[i].DType ?? found.Id.ToDType()!.Value;
            schemas[i] = columns[i].Schema(type);
            DuckDbType element = found;
            int levels = 0;
            for (; !schemas[i].IsScalar && element is { Id: DuckDbTypeId.List, Child: { } child }; element = child)
                levels++;
            // An index has one list for all axes; a catalogue of another program may have one for each.
            bool fits = schemas[i].IsBytes ? found.Id == DuckDbTypeId.Blob
                : element.Id.ToDType() == type && (levels > 0) == !schemas[i].IsScalar
                    && (levels < 2 || (levels == schemas[i].Shape.Length && columns[i].Stored?.TileSql is not null));
            if (!fits)
                throw new DatasetInvalidException(store.Address,
                    $"{dataset.IndexWords} has column '{columns[i].Name}' as {found}, but "
                        + $"{(dataset.Manifest.Foreign is null ? "the manifest has it" : "it is read")} as "
                        + $"{type.Name()}{(schemas[i].IsScalar ? "" : " with a shape")}",
                    "Run 'pile validate' for all findings");
        }
        return [.. schemas];
    }
}
