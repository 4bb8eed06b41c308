using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using Pile.DuckDb.Native;
using NativeTable = DuckDB.NET.Native.NativeMethods.TableFunction;

namespace Pile.DuckDb;

/// <summary>The table function for <see cref="IDuckDbTable"/>. DuckDB calls these methods on its own threads; exceptions must not leave
/// them.</summary>
internal static unsafe class TableFunction
{
    internal static void Register(DuckDBNativeConnection connection, SourceRegistry registry)
    {
        nint function = NativeTable.DuckDBCreateTableFunction();
        try
        {
            NativeTable.DuckDBTableFunctionSetName(function, SourceRegistry.TableFunctionName);
            using (DuckDBLogicalType bigint = DuckDbType.BigInt.ToNative())
                NativeTable.DuckDBTableFunctionAddParameter(function, bigint);
            NativeTable.DuckDBTableFunctionSetExtraInfo(function, CallbackState.Hold(registry), &Release);
            NativeTable.DuckDBTableFunctionSupportsProjectionPushdown(function, true);
            NativeTable.DuckDBTableFunctionSetBind(function, &Bind);
            NativeTable.DuckDBTableFunctionSetInit(function, &Init);
            DuckDbNative.TableFunctionSetLocalInit(function, &InitThread);
            NativeTable.DuckDBTableFunctionSetFunction(function, &Fill);
            if (NativeTable.DuckDBRegisterTableFunction(connection, function) is not DuckDBState.Success)
                throw new DuckDbException("duckdb_register_table_function",
                    $"The table function {SourceRegistry.TableFunctionName} was rejected.");
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
            if (CallbackState.Get<SourceRegistry>(NativeTable.DuckDBBindGetExtraInfo(info))
                .Find<OpenTable>(NativeMethods.Value.DuckDBGetInt64(id)) is not { } open)
            {
                NativeTable.DuckDBBindSetError(info, $"{SourceRegistry.TableFunctionName}: the table does not exist, or was disposed.");
                return;
            }
            foreach (DuckDbField column in open.Table.Columns)
            {
                using DuckDBLogicalType type = column.Type.ToNative();
                NativeTable.DuckDBBindAddResultColumn(info, column.Name, type);
            }
            NativeTable.DuckDBBindSetCardinality(info, (ulong)open.Table.RowCount, true);
            NativeTable.DuckDBBindSetBindData(info, CallbackState.Hold(open), &Release);
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
            OpenTable open = CallbackState.Get<OpenTable>(NativeTable.DuckDBInitGetBindData(info));
            int[] columns = new int[NativeTable.DuckDBInitGetColumnCount(info)];
            for (int i = 0; i < columns.Length; i++)
            {
                ulong column = NativeTable.DuckDBInitGetColumnIndex(info, (ulong)i);
                columns[i] = column < (ulong)open.Table.Columns.Count ? (int)column : -1; // a number of the row, if only rows are counted
            }
            OpenTable.Pass pass = new(open, columns);
            DuckDbNative.InitSetMaxThreads(info, (ulong)pass.MaxThreads);
            NativeTable.DuckDBInitSetInitData(info, CallbackState.Hold(pass), &Release);
        }
        catch (Exception e)
        {
            NativeTable.DuckDBInitSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void InitThread(nint info) =>
        NativeTable.DuckDBInitSetInitData(info, CallbackState.Hold(new OpenTable.PassThread()), &ReleaseThread);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fill(nint info, nint borrowed)
    {
        OpenTable.Pass? pass = null;
        try
        {
            pass = CallbackState.Get<OpenTable.Pass>(NativeTable.DuckDBFunctionGetInitData(info));
            OpenTable.PassThread thread = CallbackState.Get<OpenTable.PassThread>(DuckDbNative.FunctionLocalInitData(info));
            thread.Writer.Begin(new DuckDBDataChunk(borrowed));
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
            NativeTable.DuckDBFunctionSetError(info, pass?.Open.Fail(e) ?? e.Message);
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
