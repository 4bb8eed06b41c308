using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>The table function for <see cref="IDuckDbTable"/>. DuckDB calls these methods on its own threads; exceptions must not leave
/// them.</summary>
internal static unsafe class TableFunction
{
    internal static void Register(ConnectionHandle connection, SourceRegistry registry)
    {
        using TableFunctionHandle function = DuckDbNative.CreateTableFunction();
        DuckDbNative.TableFunctionSetName(function, SourceRegistry.TableFunctionName);
        using (LogicalTypeHandle bigint = DuckDbType.BigInt.ToNative())
            DuckDbNative.TableFunctionAddParameter(function, bigint);
        DuckDbNative.TableFunctionSetExtraInfo(function, CallbackState.Hold(registry), &Release);
        DuckDbNative.TableFunctionSupportsProjection(function, true);
        DuckDbNative.TableFunctionSetBind(function, &Bind);
        DuckDbNative.TableFunctionSetInit(function, &Init);
        DuckDbNative.TableFunctionSetLocalInit(function, &InitThread);
        DuckDbNative.TableFunctionSetFunction(function, &Fill);
        if (DuckDbNative.RegisterTableFunction(connection, function) is not DuckDbState.Success)
            throw new DuckDbException("duckdb_register_table_function",
                $"The table function {SourceRegistry.TableFunctionName} was rejected.");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        try
        {
            using ValueHandle id = DuckDbNative.BindParameter(info, 0);
            if (CallbackState.Get<SourceRegistry>(DuckDbNative.BindExtraInfo(info)).Find<OpenTable>(DuckDbNative.ValueInt64(id))
                is not { } open)
            {
                DuckDbNative.BindSetError(info, $"{SourceRegistry.TableFunctionName}: the table does not exist, or was disposed.");
                return;
            }
            foreach (DuckDbField column in open.Table.Columns)
            {
                using LogicalTypeHandle type = column.Type.ToNative();
                DuckDbNative.BindAddResultColumn(info, column.Name, type);
            }
            DuckDbNative.BindSetCardinality(info, (ulong)open.Table.RowCount, true);
            DuckDbNative.BindSetData(info, CallbackState.Hold(open), &Release);
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
            OpenTable open = CallbackState.Get<OpenTable>(DuckDbNative.InitBindData(info));
            int[] columns = new int[DuckDbNative.InitColumnCount(info)];
            for (int i = 0; i < columns.Length; i++)
            {
                ulong column = DuckDbNative.InitColumnIndex(info, (ulong)i);
                columns[i] = column < (ulong)open.Table.Columns.Count ? (int)column : -1; // a number of the row, if only rows are counted
            }
            OpenTable.Pass pass = new(open, columns);
            DuckDbNative.InitSetMaxThreads(info, (ulong)pass.MaxThreads);
            DuckDbNative.InitSetData(info, CallbackState.Hold(pass), &Release);
        }
        catch (Exception e)
        {
            DuckDbNative.InitSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void InitThread(nint info) =>
        DuckDbNative.InitSetData(info, CallbackState.Hold(new OpenTable.PassThread()), &ReleaseThread);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fill(nint info, nint chunk)
    {
        OpenTable.Pass? pass = null;
        try
        {
            pass = CallbackState.Get<OpenTable.Pass>(DuckDbNative.FunctionInitData(info));
            OpenTable.PassThread thread = CallbackState.Get<OpenTable.PassThread>(DuckDbNative.FunctionLocalInitData(info));
            thread.Writer.Begin(chunk);
            try
            {
                pass.Fill(thread, thread.Writer);
            }
            finally
            {
                thread.Writer.End();
            }
        }
        catch (Exception e)
        {
            DuckDbNative.FunctionSetError(info, pass?.Open.Fail(e) ?? e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ReleaseThread(nint state)
    {
        CallbackState.Get<OpenTable.PassThread>(state).Dispose();
        CallbackState.Release(state);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint state) => CallbackState.Release(state);
}
