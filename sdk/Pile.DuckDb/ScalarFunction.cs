using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.DuckDb.Native;

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
    internal static void Register(ConnectionHandle connection, string name, IEnumerable<DuckDbType> parameters, DuckDbType result,
        object state, delegate* unmanaged[Cdecl]<nint, nint, nint, void> evaluate, bool takesRows = false)
    {
        using ScalarFunctionHandle function = DuckDbNative.CreateScalarFunction();
        DuckDbNative.ScalarFunctionSetName(function, name);
        foreach (DuckDbType parameter in parameters)
        {
            using LogicalTypeHandle type = parameter.ToNative();
            DuckDbNative.ScalarFunctionAddParameter(function, type);
        }
        using (LogicalTypeHandle type = result.ToNative())
            DuckDbNative.ScalarFunctionSetReturnType(function, type);
        if (takesRows)
        {
            using (LogicalTypeHandle any = DuckDbNative.CreateLogicalType(DuckDbTypeId.Any))
                DuckDbNative.ScalarFunctionSetVarargs(function, any);
            DuckDbNative.ScalarFunctionSetVolatile(function);
            DuckDbNative.ScalarFunctionSetSpecialHandling(function); // null is a value like others
        }
        DuckDbNative.ScalarFunctionSetExtraInfo(function, CallbackState.Hold(state), &Release);
        DuckDbNative.ScalarFunctionSetFunction(function, evaluate);
        if (DuckDbNative.RegisterScalarFunction(connection, function) is not DuckDbState.Success)
            throw new DuckDbException("duckdb_register_scalar_function", $"The function {name} was rejected.");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint state) => CallbackState.Release(state);
}
