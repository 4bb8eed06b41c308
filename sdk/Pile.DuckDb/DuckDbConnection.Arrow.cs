using DuckDB.NET.Native;
using Pile.DuckDb.Native;

namespace Pile.DuckDb;

internal sealed partial class DuckDbConnection
{
    /// <summary>Makes a batch of Arrow's C data interface available as a view, which may be read once.</summary>
    /// <param name="view">The name of the view, which replaces one of the same name.</param>
    /// <param name="schema">The address of an <c>ArrowSchema</c>, which the caller owns.</param>
    /// <param name="array">The address of an <c>ArrowArray</c>, which the caller owns. DuckDB trusts its lengths and offsets.</param>
    /// <returns>What the caller disposes before it releases schema and array, after the result that reads the view.</returns>
    /// <exception cref="DuckDbException">DuckDB does not import a type of the schema.</exception>
    internal IDisposable ScanArrow(string view, nint schema, nint array)
    {
        CloseOpenResult();
        DuckDBState state = DuckDbNative.ArrowArrayScan(handle, view, schema, array, out ArrowStreamHandle stream);
        if (state is DuckDBState.Success)
            return stream;
        stream.Dispose();
        throw new DuckDbException("duckdb_arrow_array_scan", "a type of the schema is not supported", view);
    }
}
