using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods;
using NativeScalar = DuckDB.NET.Native.NativeMethods.ScalarFunction;

namespace Pile.DuckDb;

/// <summary>Passes the rows of a query to C# on the threads that produce them, by a scalar function whose arguments are the columns: the
/// rows of a result arrive on one thread, for which the others wait.</summary>
/// <param name="columns">The columns.</param>
/// <param name="take">Receives some rows, which are valid during the call.</param>
internal sealed unsafe class ParallelRead(IReadOnlyList<DuckDbField> columns, Action<DuckDbChunk> take)
{
    internal const string FunctionName = "pile_take";

    private Exception? fault;
    private long rowCount;

    /// <summary>The number of rows that were passed.</summary>
    internal long RowCount => Interlocked.Read(ref rowCount);

    /// <summary>The exception that ended the statement; null for none.</summary>
    internal Exception? Fault => Volatile.Read(ref fault);

    internal static void Register(DuckDBNativeConnection connection, PredicateRegistry registry) =>
        ScalarFunction.Register(connection, FunctionName, [DuckDbType.BigInt], DuckDbType.Boolean, registry, &Take, takesRows: true);

    private void Add(DuckDBDataChunk rows)
    {
        using DuckDbChunk chunk = new(rows, columns, firstColumn: 1);
        take(chunk);
        Interlocked.Add(ref rowCount, chunk.RowCount);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Take(nint info, nint borrowed, nint output)
    {
        ParallelRead? read = null;
        try
        {
            DuckDBDataChunk chunk = new(borrowed);
            int rows = checked((int)DataChunks.DuckDBDataChunkGetSize(chunk));
            if (rows == 0)
                return;
            long id = *(long*)Vectors.DuckDBVectorGetData(DataChunks.DuckDBDataChunkGetVector(chunk, 0));
            read = CallbackState.Get<PredicateRegistry>(NativeScalar.DuckDBScalarFunctionGetExtraInfo(info)).Find(id) as ParallelRead
                ?? throw new InvalidOperationException($"{FunctionName}({id}, …): the statement has ended.");
            read.Add(chunk);
            new Span<bool>(Vectors.DuckDBVectorGetData(output), rows).Fill(true);
        }
        catch (Exception e)
        {
            if (read is not null)
                Interlocked.CompareExchange(ref read.fault, e, null);
            NativeScalar.DuckDBScalarFunctionSetError(info, e.Message);
        }
    }
}
