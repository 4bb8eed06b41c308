using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>A session: runs one statement at a time, so it belongs to one thread at a time.</summary>
internal sealed partial class DuckDbConnection : IDisposable
{
    /// <summary>What DuckDB puts before an error that a thread met while the statement was still being begun.</summary>
    private const string FailedBefore =
        "Invalid Input Error: Attempting to execute an unsuccessful or closed pending query result\nError: ";

    private readonly ConnectionHandle handle;
    private readonly SourceRegistry sources;
    private readonly PredicateRegistry predicates;
    private readonly List<long> ownPredicates = [];
    private DuckDbResult? openResult;

    internal DuckDbConnection(ConnectionHandle handle, SourceRegistry sources, PredicateRegistry predicates)
    {
        this.handle = handle;
        this.sources = sources;
        this.predicates = predicates;
    }

    internal ConnectionHandle Handle => handle;

    /// <summary>Runs one statement or several, in order, to the end, and drops what rows they give.</summary>
    /// <param name="sql">The statements, separated by semicolons.</param>
    /// <param name="parameters">Values for <c>?</c> or <c>$1</c>, with a single statement only.</param>
    /// <param name="cancellationToken">Interrupts DuckDB; what the statement did is rolled back.</param>
    /// <returns>Rows inserted, updated, deleted or copied by the last statement; 0 where none were.</returns>
    /// <exception cref="DuckDbException">DuckDB refused a statement or failed in it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal long Execute(string sql, ReadOnlySpan<DuckDbParameter> parameters = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CloseOpenResult();
        using CancellationTokenRegistration interrupt = InterruptOn(cancellationToken);
        using ExtractedHandle statements = Extract(sql, out int count);
        if (count is 0)
            throw new DuckDbException("duckdb_extract_statements", "There is no statement.", sql);
        if (count > 1 && !parameters.IsEmpty)
            throw new ArgumentException("Parameters go with a single statement.", nameof(parameters));

        long rowsChanged = 0;
        for (int i = 0; i < count; i++)
        {
            using PreparedHandle statement = Prepare(statements, i, sql, cancellationToken);
            Bind(statement, parameters, sql);
            using ResultHandle result = Run(statement, isStreaming: false, sql, cancellationToken);
            rowsChanged = checked((long)DuckDbNative.RowsChanged(result));
        }
        return rowsChanged;
    }

    /// <summary>Runs one statement and streams its rows: they are produced while they are read, so memory stays bounded.</summary>
    /// <param name="sql">One statement.</param>
    /// <param name="parameters">Values for <c>?</c> or <c>$1</c>.</param>
    /// <param name="cancellationToken">Interrupts DuckDB, also while chunks are read.</param>
    /// <returns>The open result. The next statement on this connection closes it, whether or not it was read to the end.</returns>
    /// <exception cref="DuckDbException">DuckDB refused the statement or failed in it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal DuckDbResult Query(string sql, ReadOnlySpan<DuckDbParameter> parameters = default,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CloseOpenResult();
        CancellationTokenRegistration interrupt = InterruptOn(cancellationToken);
        try
        {
            using ExtractedHandle statements = Extract(sql, out int count);
            if (count is not 1)
                throw new DuckDbException("duckdb_extract_statements", $"One statement is expected here, found {count}.", sql);
            using PreparedHandle statement = Prepare(statements, 0, sql, cancellationToken);
            Bind(statement, parameters, sql);
            openResult = new DuckDbResult(this, Run(statement, isStreaming: true, sql, cancellationToken), sql, interrupt,
                cancellationToken);
            return openResult;
        }
        catch
        {
            interrupt.Dispose();
            throw;
        }
    }

    /// <summary>Runs one statement that gives a single value.</summary>
    /// <typeparam name="T">The column's cell type as in <see cref="DuckDbVector.Values{T}"/>, or string.</typeparam>
    /// <exception cref="DuckDbException">There is no row, more than one, a NULL, or the column is of another type.</exception>
    internal T Scalar<T>(string sql, ReadOnlySpan<DuckDbParameter> parameters = default, CancellationToken cancellationToken = default)
    {
        using DuckDbResult result = Query(sql, parameters, cancellationToken);
        if (!result.TryNextChunk(out DuckDbChunk? chunk) || chunk.RowCount != 1 || !chunk[0].IsValid(0))
            throw new DuckDbException("duckdb_fetch_chunk",
                "One row with a value is expected here; there is none, a NULL, or several.", sql);
        return chunk[0].Value<T>(0);
    }

    public void Dispose()
    {
        CloseOpenResult();
        handle.Dispose();
        ownPredicates.ForEach(predicates.Remove);
    }

    /// <summary>Makes the exception for a failed call: the caller's cancellation and a source's own exception go before DuckDB's word for
    /// them.</summary>
    internal Exception Failure(string function, string? error, string sql, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return new OperationCanceledException(cancellationToken);
        error ??= "no message given";
        if (error.StartsWith(FailedBefore, StringComparison.Ordinal))
            error = error[FailedBefore.Length..];
        // Of several threads, one met the error and the others were interrupted; three times in a thousand DuckDB keeps the word of one of
        // these.
        bool isLost = error.StartsWith("INTERRUPT Error", StringComparison.Ordinal);
        sources.RethrowFault(error, isLost);
        if (isLost)
            error = "one of several threads failed, and DuckDB kept only that the others were interrupted. The same again, or with a "
                + "single thread, tells what it was";
        return new DuckDbException(function, error, sql);
    }

    private void CloseOpenResult()
    {
        openResult?.Dispose();
        openResult = null;
    }

    private CancellationTokenRegistration InterruptOn(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static connection => DuckDbNative.Interrupt((ConnectionHandle)connection!), handle);

    private ExtractedHandle Extract(string sql, out int count)
    {
        if (sql.Contains('\0', StringComparison.Ordinal)) // DuckDB would see the text before it only
            throw new ArgumentException("SQL must not contain a NUL character.", nameof(sql));
        count = (int)DuckDbNative.ExtractStatements(handle, sql, out ExtractedHandle statements);
        if (count > 0 || DuckDbNative.ExtractStatementsError(statements) is not { Length: > 0 } error)
            return statements;
        statements.Dispose();
        throw new DuckDbException("duckdb_extract_statements", error, sql);
    }

    private PreparedHandle Prepare(ExtractedHandle statements, int index, string sql, CancellationToken cancellationToken)
    {
        if (DuckDbNative.PrepareExtracted(handle, statements, (ulong)index, out PreparedHandle statement) is DuckDbState.Success)
            return statement;
        using (statement)
            throw Failure("duckdb_prepare_extracted_statement", DuckDbNative.PrepareError(statement), sql, cancellationToken);
    }

    private static void Bind(PreparedHandle statement, ReadOnlySpan<DuckDbParameter> parameters, string sql)
    {
        ulong expected = DuckDbNative.ParameterCount(statement);
        if (expected != (ulong)parameters.Length)
            throw new ArgumentException($"The statement has {expected} parameters, found {parameters.Length}: {sql}", nameof(parameters));
        for (int i = 0; i < parameters.Length; i++)
            if (parameters[i].Bind(statement, (ulong)i + 1) is not DuckDbState.Success)
                throw new DuckDbException("duckdb_bind", DuckDbNative.PrepareError(statement) ?? $"parameter {i + 1} was refused", sql);
    }

    private ResultHandle Run(PreparedHandle statement, bool isStreaming, string sql, CancellationToken cancellationToken)
    {
        DuckDbState state = isStreaming
            ? DuckDbNative.PendingPreparedStreaming(statement, out PendingHandle pending)
            : DuckDbNative.PendingPrepared(statement, out pending);
        using (pending)
        {
            if (state is not DuckDbState.Success)
                throw Failure("duckdb_pending_prepared", DuckDbNative.PendingError(pending), sql, cancellationToken);

            // Making the pending result clears DuckDB's interrupt flag: a cancellation before this line would otherwise be lost.
            cancellationToken.ThrowIfCancellationRequested();

            ResultHandle result = new();
            if (DuckDbNative.ExecutePending(pending, result) is DuckDbState.Success)
                return result;
            using (result)
                throw Failure("duckdb_execute_pending", DuckDbNative.ResultError(result), sql, cancellationToken);
        }
    }
}
