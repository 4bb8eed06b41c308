using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods;
using NativeScalar = DuckDB.NET.Native.NativeMethods.ScalarFunction;

namespace Pile.DuckDb;

/// <summary>The scalar function for <see cref="IDuckDbPredicate"/>. DuckDB
/// calls it on its own threads; exceptions must not leave it.</summary>
internal static unsafe class PredicateFunction
{
    internal static void Register(DuckDBNativeConnection connection, PredicateRegistry registry)
    {
        ScalarFunction.Register(connection, PredicateRegistry.FunctionName,
            [DuckDbType.BigInt, DuckDbType.BigInt, DuckDbType.Double, DuckDbType.Double], DuckDbType.Boolean, registry, &Evaluate);
        ScalarFunction.Register(connection, PredicateRegistry.BytesFunctionName, [DuckDbType.BigInt, DuckDbType.Blob], DuckDbType.Boolean,
            registry, &EvaluateBytes);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Evaluate(nint info, nint borrowed, nint output)
    {
        try
        {
            DuckDBDataChunk chunk = new(borrowed);
            int rows = checked((int)DataChunks.DuckDBDataChunkGetSize(chunk));
            if (rows == 0)
                return;
            // The id is constant within a statement.
            if (Find<IDuckDbPredicate>(info, Column<long>(chunk, 0, 1)[0]) is not { } predicate)
                return;
            predicate.Test(Column<long>(chunk, 1, rows), Column<double>(chunk, 2, rows), Column<double>(chunk, 3, rows),
                new Span<bool>(Vectors.DuckDBVectorGetData(output), rows));
        }
        catch (Exception e)
        {
            NativeScalar.DuckDBScalarFunctionSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void EvaluateBytes(nint info, nint borrowed, nint output)
    {
        try
        {
            DuckDBDataChunk chunk = new(borrowed);
            int rows = checked((int)DataChunks.DuckDBDataChunkGetSize(chunk));
            if (rows == 0)
                return;
            if (Find<IDuckDbBytesPredicate>(info, Column<long>(chunk, 0, 1)[0]) is not { } predicate)
                return;
            DuckDbVector bytes = new(DataChunks.DuckDBDataChunkGetVector(chunk, 1), DuckDbType.Blob, rows, "bytes");
            Span<bool> results = new(Vectors.DuckDBVectorGetData(output), rows);
            for (int row = 0; row < rows; row++)
                results[row] = bytes.IsValid(row) && predicate.Holds(bytes.Blob(row));
        }
        catch (Exception e)
        {
            NativeScalar.DuckDBScalarFunctionSetError(info, e.Message);
        }
    }

    // Null after reporting an error to DuckDB.
    private static T? Find<T>(nint info, long id) where T : class
    {
        T? predicate = CallbackState.Get<PredicateRegistry>(NativeScalar.DuckDBScalarFunctionGetExtraInfo(info)).Find(id) as T;
        if (predicate is null)
            NativeScalar.DuckDBScalarFunctionSetError(info,
                $"{PredicateRegistry.FunctionName}({id}, …): the condition does not exist, or its connection was closed.");
        return predicate;
    }

    private static ReadOnlySpan<T> Column<T>(DuckDBDataChunk chunk, int index, int rows)
        where T : unmanaged =>
        new(Vectors.DuckDBVectorGetData(DataChunks.DuckDBDataChunkGetVector(chunk, index)), rows);
}
