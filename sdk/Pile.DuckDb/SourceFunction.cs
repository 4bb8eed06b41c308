using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using Pile.DuckDb.Native;
using NativeTable = DuckDB.NET.Native.NativeMethods.TableFunction;

namespace Pile.DuckDb;

/// <summary>The table function for <see cref="DuckDbScan"/>. DuckDB calls
/// these methods on its own threads; exceptions must not leave them.</summary>
internal static unsafe class SourceFunction
{
    internal static void Register(DuckDBNativeConnection connection, SourceRegistry registry)
    {
        nint function = NativeTable.DuckDBCreateTableFunction();
        try
        {
            NativeTable.DuckDBTableFunctionSetName(function, SourceRegistry.FunctionName);
            using (DuckDBLogicalType bigint = DuckDbType.BigInt.ToNative())
                NativeTable.DuckDBTableFunctionAddParameter(function, bigint);
            NativeTable.DuckDBTableFunctionSetExtraInfo(function, CallbackState.Hold(registry), &Release);
            NativeTable.DuckDBTableFunctionSetBind(function, &Bind);
            NativeTable.DuckDBTableFunctionSetInit(function, &Init);
            NativeTable.DuckDBTableFunctionSetFunction(function, &Fill);
            if (NativeTable.DuckDBRegisterTableFunction(connection, function) is not DuckDBState.Success)
                throw new DuckDbException("duckdb_register_table_function",
                    $"The table function {SourceRegistry.FunctionName} was rejected.");
        }
        finally
        {
            NativeTable.DuckDBDestroyTableFunction(ref function);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        try
        {
            using DuckDBValue id = LiveHandles.Add(NativeTable.DuckDBBindGetParameter(info, 0));
            OpenSource? source = CallbackState.Get<SourceRegistry>(NativeTable.DuckDBBindGetExtraInfo(info))
                .Find<OpenSource>(NativeMethods.Value.DuckDBGetInt64(id));
            if (source is null)
            {
                NativeTable.DuckDBBindSetError(info, $"{SourceRegistry.FunctionName}: the source does not exist, or was disposed.");
                return;
            }
            foreach (DuckDbField column in source.Columns)
            {
                using DuckDBLogicalType type = column.Type.ToNative();
                NativeTable.DuckDBBindAddResultColumn(info, column.Name, type);
            }
            NativeTable.DuckDBBindSetBindData(info, CallbackState.Hold(source), &Release);
        }
        catch (Exception e)
        {
            NativeTable.DuckDBBindSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Init(nint info)
    {
        try
        {
            DuckDbNative.InitSetMaxThreads(info, 1);
            if (!CallbackState.Get<OpenSource>(NativeTable.DuckDBInitGetBindData(info)).TryBegin())
                NativeTable.DuckDBInitSetError(info,
                    $"{SourceRegistry.FunctionName}: the source can be read only once. Copy its rows to a table to read them again.");
        }
        catch (Exception e)
        {
            NativeTable.DuckDBInitSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fill(nint info, nint borrowed)
    {
        OpenSource? source = null;
        try
        {
            source = CallbackState.Get<OpenSource>(NativeTable.DuckDBFunctionGetBindData(info));
            source.Fill(new DuckDBDataChunk(borrowed));
        }
        catch (Exception e)
        {
            NativeTable.DuckDBFunctionSetError(info, source?.Fail(e) ?? e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint state) => CallbackState.Release(state);
}
