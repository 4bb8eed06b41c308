using System.Runtime.InteropServices;
using Apache.Arrow.C;
using Apache.Arrow.Ipc;

namespace Pile.Arrow.Tests;

/// <summary>An Arrow stream as a view of libduckdb, which imports it through the C data interface.</summary>
internal sealed unsafe partial class ImportedTable : IDisposable
{
    private const int ResultBytes = 256; // larger than duckdb_result

    private readonly CArrowArrayStream* stream = CArrowArrayStream.Create();
    private nint database, connection;

    internal ImportedTable(IArrowArrayStream rows)
    {
        CArrowArrayStreamExporter.ExportArrayStream(rows, stream);
        fixed (nint* opened = &database, connected = &connection)
        {
            Assert.Equal(0, Open(null, opened));
            Assert.Equal(0, Connect(*opened, connected));
        }
        Execute("SET threads = 1");
        Assert.Equal(0, ArrowScan(connection, "t", (nint)stream));
    }

    /// <summary>Runs a statement over the view <c>t</c>, which can be read once.</summary>
    /// <returns>The rows, with cells separated by blanks.</returns>
    internal string[] Execute(string sql)
    {
        byte* result = stackalloc byte[ResultBytes];
        int state = Query(connection, sql, result);
        try
        {
            Assert.True(state == 0, Marshal.PtrToStringUTF8(Error(result)));
            string[] rows = new string[RowCount(result)];
            for (ulong row = 0; row < (ulong)rows.Length; row++)
            {
                List<string> cells = [];
                for (ulong column = 0; column < ColumnCount(result); column++)
                {
                    nint text = Text(result, column, row);
                    cells.Add(Marshal.PtrToStringUTF8(text) ?? "NULL");
                    Free(text);
                }
                rows[row] = string.Join(' ', cells);
            }
            return rows;
        }
        finally
        {
            Destroy(result);
        }
    }

    public void Dispose()
    {
        fixed (nint* opened = &database, connected = &connection)
        {
            Disconnect(connected);
            Close(opened);
        }
        CArrowArrayStream.Free(stream);
    }

    [LibraryImport("libduckdb", EntryPoint = "duckdb_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string? path, nint* database);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_connect")]
    private static partial int Connect(nint database, nint* connection);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_arrow_scan", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ArrowScan(nint connection, string view, nint stream);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_query", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Query(nint connection, string sql, byte* result);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_result_error")]
    private static partial nint Error(byte* result);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_row_count")]
    private static partial ulong RowCount(byte* result);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_column_count")]
    private static partial ulong ColumnCount(byte* result);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_value_varchar")]
    private static partial nint Text(byte* result, ulong column, ulong row);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_free")]
    private static partial void Free(nint text);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_destroy_result")]
    private static partial void Destroy(byte* result);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_disconnect")]
    private static partial void Disconnect(nint* connection);

    [LibraryImport("libduckdb", EntryPoint = "duckdb_close")]
    private static partial void Close(nint* database);
}
