using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.C;

namespace Pile.Tables.Tests.Arrow;

/// <summary>Results of DuckDB as record batches, through the C data interface of the library itself.</summary>
internal static unsafe partial class DuckDbArrow
{
    /// <summary>Runs a statement.</summary>
    internal static RecordBatch[] Query(string sql)
    {
        nint database = 0, connection = 0, result = 0;
        Require(Open(null, &database));
        try
        {
            Require(Connect(database, &connection));
            if (QueryArrow(connection, sql, &result) != 0)
                throw new InvalidOperationException(Marshal.PtrToStringUTF8(Error(result)));
            CArrowSchema* schema = CArrowSchema.Create();
            Require(QuerySchema(result, &schema));
            Schema imported = CArrowSchemaImporter.ImportSchema(schema);
            List<RecordBatch> batches = [];
            while (true)
            {
                CArrowArray* array = CArrowArray.Create();
                Require(QueryArray(result, &array));
                if (array->length == 0)
                {
                    CArrowArray.Free(array);
                    return [.. batches];
                }
                batches.Add(CArrowArrayImporter.ImportRecordBatch(array, imported));
            }
        }
        finally
        {
            DestroyArrow(&result);
            Disconnect(&connection);
            Close(&database);
        }
    }

    private static void Require(int state) => Assert.Equal(0, state);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string? path, nint* database);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_connect")]
    private static partial int Connect(nint database, nint* connection);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_query_arrow", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int QueryArrow(nint connection, string sql, nint* result);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_query_arrow_error")]
    private static partial nint Error(nint result);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_query_arrow_schema")]
    private static partial int QuerySchema(nint result, CArrowSchema** schema);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_query_arrow_array")]
    private static partial int QueryArray(nint result, CArrowArray** array);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_destroy_arrow")]
    private static partial void DestroyArrow(nint* result);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_disconnect")]
    private static partial void Disconnect(nint* connection);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_close")]
    private static partial void Close(nint* database);
}
