using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>The scalar function for <see cref="IDuckDbPredicate"/>. DuckDB
/// calls it on its own threads; exceptions must not leave it.</summary>
internal static unsafe class PredicateFunction
{
    internal static void Register(ConnectionHandle connection, PredicateRegistry registry)
    {
        ScalarFunction.Register(connection, PredicateRegistry.FunctionName,
            [DuckDbType.BigInt, DuckDbType.BigInt, DuckDbType.Double, DuckDbType.Double], DuckDbType.Boolean, registry, &Evaluate);
        ScalarFunction.Register(connection, PredicateRegistry.BytesFunctionName, [DuckDbType.BigInt, DuckDbType.Blob], DuckDbType.Boolean,
            registry, &EvaluateBytes);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Evaluate(nint info, nint chunk, nint output)
    {
        try
        {
            int rows = checked((int)DuckDbNative.ChunkSize(chunk));
            if (rows == 0)
                return;
            // The id is constant within a statement.
            long id = new ReadOnlySpan<long>(DuckDbNative.VectorData(DuckDbNative.DataChunkVector(chunk, 0)), 1)[0];
            if (Find<IDuckDbPredicate>(info, id) is not { } predicate)
                return;
            predicate.Test(Column<long>(chunk, 1, rows), Column<double>(chunk, 2, rows), Column<double>(chunk, 3, rows),
                new Span<bool>(DuckDbNative.VectorData(output), rows));
        }
        catch (Exception e)
        {
            DuckDbNative.ScalarFunctionSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void EvaluateBytes(nint info, nint chunk, nint output)
    {
        try
        {
            int rows = checked((int)DuckDbNative.ChunkSize(chunk));
            if (rows == 0)
                return;
            if (Find<IDuckDbBytesPredicate>(info, Column<long>(chunk, 0, 1)[0]) is not { } predicate)
                return;
            DuckDbVector bytes = new(DuckDbNative.DataChunkVector(chunk, 1), DuckDbType.Blob, rows, "bytes");
            Span<bool> results = new(DuckDbNative.VectorData(output), rows);
            for (int row = 0; row < rows; row++)
                results[row] = bytes.IsValid(row) && predicate.Holds(bytes.Blob(row));
        }
        catch (Exception e)
        {
            DuckDbNative.ScalarFunctionSetError(info, e.Message);
        }
    }

    // Null after reporting an error to DuckDB.
    private static T? Find<T>(nint info, long id) where T : class
    {
        T? predicate = CallbackState.Get<PredicateRegistry>(DuckDbNative.ScalarFunctionExtraInfo(info)).Find(id) as T;
        if (predicate is null)
            DuckDbNative.ScalarFunctionSetError(info,
                $"{PredicateRegistry.FunctionName}({id}, …): the condition does not exist, or its connection was closed.");
        return predicate;
    }

    private static ReadOnlySpan<T> Column<T>(nint chunk, int index, int rows)
        where T : unmanaged => new(DuckDbNative.VectorData(DuckDbNative.DataChunkVector(chunk, (ulong)index)), rows);
}
