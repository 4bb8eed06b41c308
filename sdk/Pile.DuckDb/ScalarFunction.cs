using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using Pile.DuckDb.Native;
using static DuckDB.NET.Native.NativeMethods;
using NativeScalar = DuckDB.NET.Native.NativeMethods.ScalarFunction;

namespace Pile.DuckDb;

/// <summary>Registers functions that DuckDB calls for chunks of rows, on its own threads: exceptions must not leave them.</summary>
internal static unsafe class ScalarFunction
{
    /// <summary>Registers a function.</summary>
    /// <param name="connection">The connection of the database.</param>
    /// <param name="name">Its name in SQL.</param>
    /// <param name="parameters">The types of its first parameters.</param>
    /// <param name="result">The type of its result.</param>
    /// <param name="state">What the function finds as its extra information.</param>
    /// <param name="evaluate">Receives information, chunk and result.</param>
    /// <param name="takesRows">True for a function that takes any further columns of a row, null or not, and has an effect, so that DuckDB
    /// must call it once for each row.</param>
    /// <exception cref="DuckDbException">DuckDB rejects the function.</exception>
    internal static void Register(DuckDBNativeConnection connection, string name, IEnumerable<DuckDbType> parameters, DuckDbType result,
        object state, delegate* unmanaged[Cdecl]<nint, nint, nint, void> evaluate, bool takesRows = false)
    {
        nint function = NativeScalar.DuckDBCreateScalarFunction();
        try
        {
            NativeScalar.DuckDBScalarFunctionSetName(function, name);
            foreach (DuckDbType parameter in parameters)
            {
                using DuckDBLogicalType type = parameter.ToNative();
                NativeScalar.DuckDBScalarFunctionAddParameter(function, type);
            }
            using (DuckDBLogicalType type = result.ToNative())
                NativeScalar.DuckDBScalarFunctionSetReturnType(function, type);
            if (takesRows)
            {
                using (DuckDBLogicalType any = LiveHandles.Add(LogicalType.DuckDBCreateLogicalType(DuckDBType.Any)))
                    NativeScalar.DuckDBScalarFunctionSetVarargs(function, any);
                NativeScalar.DuckDBScalarFunctionSetVolatile(function);
                NativeScalar.DuckDBScalarFunctionSetSpecialHandling(function); // null is a value like others
            }
            NativeScalar.DuckDBScalarFunctionSetExtraInfo(function, CallbackState.Hold(state), &Release);
            NativeScalar.DuckDBScalarFunctionSetFunction(function, evaluate);
            if (NativeScalar.DuckDBRegisterScalarFunction(connection, function) is not DuckDBState.Success)
                throw new DuckDbException("duckdb_register_scalar_function", $"The function {name} was rejected.");
        }
        finally
        {
            NativeScalar.DuckDBDestroyScalarFunction(ref function);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint state) => CallbackState.Release(state);
}
