using Apache.Arrow;
using Apache.Arrow.C;
using Pile.DuckDb;

namespace Pile.Tables.Arrow;

/// <summary>Batches as views of DuckDB, through Arrow's C data interface: DuckDB reads their memory without a copy.</summary>
internal sealed unsafe class ArrowImport : IDisposable
{
    /// <summary>The name of the view.</summary>
    internal const string View = "_pile_arrow";

    private readonly DuckDbConnection connection;
    private readonly CArrowSchema* schema = CArrowSchema.Create();

    /// <param name="connection">The connection that has the views.</param>
    /// <param name="schema">The schema of the batches.</param>
    internal ArrowImport(DuckDbConnection connection, Schema schema)
    {
        this.connection = connection;
        CArrowSchemaExporter.ExportSchema(schema, this.schema);
    }

    /// <summary>Makes a batch available as <see cref="View"/>, which may be read once.</summary>
    /// <param name="batch">A batch whose arrays were checked; null for a view without rows.</param>
    /// <returns>What the caller disposes after the result that reads the view.</returns>
    /// <exception cref="DuckDbException">DuckDB does not import a type of the schema.</exception>
    internal IDisposable Scan(RecordBatch? batch) => new OpenBatch(connection, schema, batch);

    public void Dispose() => CArrowSchema.Free(schema);

    private sealed class OpenBatch : IDisposable
    {
        private readonly CArrowArray* array = CArrowArray.Create();
        private readonly IDisposable? stream;

        internal OpenBatch(DuckDbConnection connection, CArrowSchema* schema, RecordBatch? batch)
        {
            try
            {
                if (batch is not null)
                    CArrowArrayExporter.ExportRecordBatch(batch, array);
                stream = connection.ScanArrow(View, (nint)schema, (nint)array);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            stream?.Dispose();
            CArrowArray.Free(array);
        }
    }
}
