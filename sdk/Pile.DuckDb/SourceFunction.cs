using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>The table function for <see cref="DuckDbScan"/>. DuckDB calls
/// these methods on its own threads; exceptions must not leave them.</summary>
internal static unsafe class SourceFunction
{
    internal static void Register(ConnectionHandle connection, SourceRegistry registry)
    {
        using TableFunctionHandle function = DuckDbNative.CreateTableFunction();
        DuckDbNative.TableFunctionSetName(function, SourceRegistry.FunctionName);
        using (LogicalTypeHandle bigint = DuckDbType.BigInt.ToNative())
            DuckDbNative.TableFunctionAddParameter(function, bigint);
        DuckDbNative.TableFunctionSetExtraInfo(function, CallbackState.Hold(registry), &Release);
        DuckDbNative.TableFunctionSetBind(function, &Bind);
        DuckDbNative.TableFunctionSetInit(function, &Init);
        DuckDbNative.TableFunctionSetFunction(function, &Fill);
        if (DuckDbNative.RegisterTableFunction(connection, function) is not DuckDbState.Success)
            throw new DuckDbException("duckdb_register_table_function", $"The table function {SourceRegistry.FunctionName} was rejected.");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        try
        {
            using ValueHandle id = DuckDbNative.BindParameter(info, 0);
            OpenSource? source = CallbackState.Get<SourceRegistry>(DuckDbNative.BindExtraInfo(info))
                .Find<OpenSource>(DuckDbNative.ValueInt64(id));
            if (source is null)
            {
                DuckDbNative.BindSetError(info, $"{SourceRegistry.FunctionName}: the source does not exist, or was disposed.");
                return;
            }
            foreach (DuckDbField column in source.Columns)
            {
                using LogicalTypeHandle type = column.Type.ToNative();
                DuckDbNative.BindAddResultColumn(info, column.Name, type);
            }
            DuckDbNative.BindSetData(info, CallbackState.Hold(source), &Release);
        }
        catch (Exception e)
        {
            DuckDbNative.BindSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Init(nint info)
    {
        try
        {
            DuckDbNative.InitSetMaxThreads(info, 1);
            if (!CallbackState.Get<OpenSource>(DuckDbNative.InitBindData(info)).TryBegin())
                DuckDbNative.InitSetError(info,
                    $"{SourceRegistry.FunctionName}: the source can be read only once. Copy its rows to a table to read them again.");
        }
        catch (Exception e)
        {
            DuckDbNative.InitSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fill(nint info, nint chunk)
    {
        OpenSource? source = null;
        try
        {
            source = CallbackState.Get<OpenSource>(DuckDbNative.FunctionBindData(info));
            source.Fill(chunk);
        }
        catch (Exception e)
        {
            DuckDbNative.FunctionSetError(info, source?.Fail(e) ?? e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint state) => CallbackState.Release(state);
}
