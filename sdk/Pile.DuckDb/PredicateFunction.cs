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
        using ScalarFunctionHandle function = DuckDbNative.CreateScalarFunction();
        DuckDbNative.ScalarFunctionSetName(function, PredicateRegistry.FunctionName);
        foreach (DuckDbType type in (DuckDbType[])[DuckDbType.BigInt, DuckDbType.BigInt, DuckDbType.Double, DuckDbType.Double])
        {
            using LogicalTypeHandle parameter = type.ToNative();
            DuckDbNative.ScalarFunctionAddParameter(function, parameter);
        }
        using (LogicalTypeHandle boolean = DuckDbType.Boolean.ToNative())
            DuckDbNative.ScalarFunctionSetReturnType(function, boolean);
        DuckDbNative.ScalarFunctionSetExtraInfo(function, CallbackState.Hold(registry), &Release);
        DuckDbNative.ScalarFunctionSetFunction(function, &Evaluate);
        if (DuckDbNative.RegisterScalarFunction(connection, function) is not DuckDbState.Success)
            throw new DuckDbException("duckdb_register_scalar_function", $"The function {PredicateRegistry.FunctionName} was rejected.");
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
            IDuckDbPredicate? predicate = CallbackState.Get<PredicateRegistry>(DuckDbNative.ScalarFunctionExtraInfo(info)).Find(id);
            if (predicate is null)
            {
                DuckDbNative.ScalarFunctionSetError(info,
                    $"{PredicateRegistry.FunctionName}({id}, …): the condition does not exist, or its connection was closed.");
                return;
            }
            predicate.Test(Column<long>(chunk, 1, rows), Column<double>(chunk, 2, rows), Column<double>(chunk, 3, rows),
                new Span<bool>(DuckDbNative.VectorData(output), rows));
        }
        catch (Exception e)
        {
            DuckDbNative.ScalarFunctionSetError(info, e.Message);
        }
    }

    private static ReadOnlySpan<T> Column<T>(nint chunk, int index, int rows)
        where T : unmanaged => new(DuckDbNative.VectorData(DuckDbNative.DataChunkVector(chunk, (ulong)index)), rows);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint state) => CallbackState.Release(state);
}
