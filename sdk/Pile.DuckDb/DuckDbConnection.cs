using DuckDB.NET.Native;
using Pile.DuckDb.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Pile.DuckDb;

/// <summary>A connection. It runs one statement at a time, so only one thread may use it at a time.</summary>
internal sealed partial class DuckDbConnection : IDisposable
{
    /// <summary>The prefix of an error that a thread hit while the statement was still starting.</summary>
    private const string StartErrorPrefix =
        "Invalid Input Error: Attempting to execute an unsuccessful or closed pending query result\nError: ";

    private readonly DuckDBNativeConnection handle;
    private readonly IDisposable owner;
    private readonly SourceRegistry sources;
    private readonly PredicateRegistry predicates;
    private readonly List<long> ownPredicates = [];
    private DuckDbResult? openResult;

    /// <param name="handle">The connection.</param>
    /// <param name="owner">What is disposed with this: the handle, or the connection of another library that owns it.</param>
    /// <param name="sources">The tables in C# of the database.</param>
    /// <param name="predicates">The conditions in C# of the database.</param>
    internal DuckDbConnection(DuckDBNativeConnection handle, IDisposable owner, SourceRegistry sources, PredicateRegistry predicates)
    {
        (this.handle, this.owner) = (handle, owner);
        this.sources = sources;
        this.predicates = predicates;
    }

    internal DuckDBNativeConnection Handle => handle;

    /// <summary>Runs one or more statements in order and discards their rows.</summary>
    /// <param name="sql">The statements, separated by semicolons.</param>
    /// <param name="parameters">Values for <c>?</c> or <c>$1</c>; only for a single statement.</param>
    /// <param name="cancellationToken">Interrupts DuckDB; the statement is rolled back.</param>
    /// <returns>The number of rows inserted, updated, deleted or copied by the last statement.</returns>
    /// <exception cref="DuckDbException">DuckDB rejected a statement, or a statement failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal long Execute(string sql, ReadOnlySpan<DuckDbParameter> parameters = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CloseOpenResult();
        using CancellationTokenRegistration interrupt = InterruptOn(cancellationToken);
        using DuckDBExtractedStatements statements = Extract(sql, out int count);
        if (count is 0)
            throw new DuckDbException("duckdb_extract_statements", "The text contains no statement.", sql);
        if (count > 1 && !parameters.IsEmpty)
            throw new ArgumentException("Parameters require a single statement.", nameof(parameters));

        long rowsChanged = 0;
        for (int i = 0; i < count; i++)
        {
            using DuckDBPreparedStatement statement = Prepare(statements, i, sql, cancellationToken);
            Bind(statement, parameters, sql);
            using ResultHandle result = Run(statement, isStreaming: false, sql, cancellationToken);
            rowsChanged = NativeMethods.Query.DuckDBRowsChanged(ref result.Value);
        }
        return rowsChanged;
    }

    /// <summary>Runs one statement and streams its rows: they are produced while they are read, so memory is bounded.</summary>
    /// <param name="sql">One statement.</param>
    /// <param name="parameters">Values for <c>?</c> or <c>$1</c>.</param>
    /// <param name="cancellationToken">Interrupts DuckDB, also while chunks are read.</param>
    /// <returns>The open result. The next statement on this connection closes it, even if it was not read completely.</returns>
    /// <exception cref="DuckDbException">DuckDB rejected the statement, or it failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal DuckDbResult Query(string sql, ReadOnlySpan<DuckDbParameter> parameters = default,
        CancellationToken cancellationToken = default)
    {
        using DuckDBPreparedStatement statement = PrepareOne(sql, cancellationToken);
        Bind(statement, parameters, sql);
        return Query(statement, sql, cancellationToken);
    }

    /// <summary>Plans one statement without parameters, to run it several times.</summary>
    /// <exception cref="DuckDbException">DuckDB rejected the statement.</exception>
    internal DuckDbStatement Prepare(string sql, CancellationToken cancellationToken = default) =>
        new(this, PrepareOne(sql, cancellationToken), sql);

    /// <summary>Runs a prepared statement.</summary>
    internal DuckDbResult Query(DuckDBPreparedStatement statement, string sql, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CloseOpenResult();
        CancellationTokenRegistration interrupt = InterruptOn(cancellationToken);
        try
        {
            return openResult = new DuckDbResult(this, Run(statement, isStreaming: true, sql, cancellationToken), sql, interrupt,
                cancellationToken);
        }
        catch
        {
            interrupt.Dispose();
            throw;
        }
    }

    /// <summary>Runs one statement that returns a single value.</summary>
    /// <typeparam name="T">The column's cell type as in <see cref="DuckDbVector.Values{T}"/>, or string.</typeparam>
    /// <exception cref="DuckDbException">There is no row, more than one row, a NULL, or the column has a different type.</exception>
    internal T Scalar<T>(string sql, ReadOnlySpan<DuckDbParameter> parameters = default, CancellationToken cancellationToken = default)
    {
        using DuckDbResult result = Query(sql, parameters, cancellationToken);
        if (!result.TryNextChunk(out DuckDbChunk? chunk) || chunk.RowCount != 1 || !chunk[0].IsValid(0))
            throw new DuckDbException("duckdb_fetch_chunk",
                "Expected one row with a value, found no row, several rows or a NULL.", sql);
        return chunk[0].Value<T>(0);
    }

    public void Dispose()
    {
        CloseOpenResult();
        owner.Dispose();
        ownPredicates.ForEach(predicates.Remove);
    }

    /// <summary>Creates the exception for a failed call: the caller's cancellation
    /// and a source's own exception take precedence over DuckDB's error.</summary>
    internal Exception Failure(string function, string? error, string sql, CancellationToken cancellationToken,
        DuckDbErrorType? type = null)
    {
        if (cancellationToken.IsCancellationRequested)
            return new OperationCanceledException(cancellationToken);
        error ??= "no message given";
        if (error.StartsWith(StartErrorPrefix, StringComparison.Ordinal))
            error = error[StartErrorPrefix.Length..];
        // One of several threads failed and the others were interrupted. In about three of a thousand cases DuckDB reports the interruption
        // of another thread instead of the error.
        bool isLost = (type ?? DuckDbErrorTypes.Of(error)) == DuckDbErrorType.Interrupt;
        sources.RethrowFault(error, isLost);
        if (isLost)
            error = "one of several threads failed, and DuckDB reports only that the others were interrupted. To see the error, run the "
                + "statement again, or with a single thread";
        return new DuckDbException(function, error, sql, type: type);
    }

    private void CloseOpenResult()
    {
        openResult?.Dispose();
        openResult = null;
    }

    private CancellationTokenRegistration InterruptOn(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static connection => ((DuckDBNativeConnection)connection!).Interrupt(), handle);

    private DuckDBExtractedStatements Extract(string sql, out int count)
    {
        if (sql.Contains('\0', StringComparison.Ordinal)) // DuckDB would only read the text before it
            throw new ArgumentException("SQL must not contain a NUL character.", nameof(sql));
        count = ExtractStatements.DuckDBExtractStatements(handle, sql, out DuckDBExtractedStatements statements);
        LiveHandles.Add(statements);
        if (count > 0 || ExtractStatements.DuckDBExtractStatementsError(statements) is not { Length: > 0 } error)
            return statements;
        statements.Dispose();
        throw new DuckDbException("duckdb_extract_statements", error, sql);
    }

    private DuckDBPreparedStatement PrepareOne(string sql, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CloseOpenResult();
        using CancellationTokenRegistration interrupt = InterruptOn(cancellationToken);
        using DuckDBExtractedStatements statements = Extract(sql, out int count);
        return count is 1 ? Prepare(statements, 0, sql, cancellationToken)
            : throw new DuckDbException("duckdb_extract_statements", $"Expected one statement, found {count}.", sql);
    }

    private DuckDBPreparedStatement Prepare(DuckDBExtractedStatements statements, int index, string sql,
        CancellationToken cancellationToken)
    {
        DuckDBState state = ExtractStatements.DuckDBPrepareExtractedStatement(handle, statements, index,
            out DuckDBPreparedStatement statement);
        LiveHandles.Add(statement);
        if (state is DuckDBState.Success)
            return statement;
        using (statement)
            throw Failure("duckdb_prepare_extracted_statement", PreparedStatements.DuckDBPrepareError(statement), sql, cancellationToken);
    }

    private static void Bind(DuckDBPreparedStatement statement, ReadOnlySpan<DuckDbParameter> parameters, string sql)
    {
        long expected = PreparedStatements.DuckDBParams(statement);
        if (expected != parameters.Length)
            throw new ArgumentException($"The statement has {expected} parameters, found {parameters.Length}: {sql}", nameof(parameters));
        for (int i = 0; i < parameters.Length; i++)
            if (parameters[i].Bind(statement, i + 1) is not DuckDBState.Success)
                throw new DuckDbException("duckdb_bind",
                    PreparedStatements.DuckDBPrepareError(statement) ?? $"parameter {i + 1} was rejected", sql);
    }

    private ResultHandle Run(DuckDBPreparedStatement statement, bool isStreaming, string sql, CancellationToken cancellationToken)
    {
        DuckDBState state = isStreaming
            ? DuckDbNative.PendingPreparedStreaming(statement, out PendingHandle pending)
            : DuckDbNative.PendingPrepared(statement, out pending);
        using (pending)
        {
            if (state is not DuckDBState.Success)
                throw Failure("duckdb_pending_prepared", DuckDbNative.PendingError(pending), sql, cancellationToken);

            // Creating the pending result clears DuckDB's interrupt flag, so an earlier cancellation would be lost.
            cancellationToken.ThrowIfCancellationRequested();

            ResultHandle result = new();
            if (DuckDbNative.ExecutePending(pending, result) is DuckDBState.Success)
                return result;
            using (result)
                throw Failure("duckdb_execute_pending", result.Error, sql, cancellationToken, result.ErrorType);
        }
    }
}
