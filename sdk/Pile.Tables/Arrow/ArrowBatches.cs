using Apache.Arrow;
using Apache.Arrow.Ipc;
using Pile.DuckDb;

namespace Pile.Tables.Arrow;

/// <summary>Reads the batches of a file one after the other, each checked before its values are used.</summary>
internal sealed class ArrowBatches : IDisposable
{
    private const int StepRows = 1 << 14;

    private readonly Schema schema;
    private readonly ArrowStreamReader reader;
    private readonly int[] fields, importedFields, imported;
    private readonly string sql;
    private readonly ArrowArrayCheck check = new();
    private readonly CancellationToken cancellationToken;
    private readonly DuckDbDatabase? database;
    private readonly DuckDbConnection? connection;
    private readonly ArrowImport? import;
    private readonly Schema? importSchema;
    private int number, skipped;
    private long left;

    private RecordBatch? batch;
    private readonly IArrowArray[] arrays;
    private int next, end;
    private IDisposable? scan;
    private DuckDbResult? result;

    /// <param name="schema">The schema of the file.</param>
    /// <param name="reader">The reader of the batches.</param>
    /// <param name="selected">The columns.</param>
    /// <param name="firstNumber">The number of the first batch, for errors.</param>
    /// <param name="skipped">The rows of the first batch that are left out.</param>
    /// <param name="rowCount">The maximum number of rows.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    internal ArrowBatches(Schema schema, ArrowStreamReader reader, ArrowColumn[] selected, int firstNumber, int skipped, long rowCount,
        CancellationToken cancellationToken)
    {
        (this.schema, this.reader, number, this.skipped, left, this.cancellationToken) =
            (schema, reader, firstNumber, skipped, rowCount, cancellationToken);
        arrays = new IArrowArray[schema.FieldsList.Count];
        fields = [.. selected.Select(c => c.Field).Distinct()];
        importedFields = [.. selected.Where(c => !c.IsDirect).Select(c => c.Field).Distinct()];
        int columns = 0;
        imported = [.. selected.Select(c => c.IsDirect ? -1 : columns++)];
        sql = $"SELECT {string.Join(", ", selected.Where(c => !c.IsDirect).Select(c => c.Column.Expression))} FROM {ArrowImport.View}";
        if (columns == 0)
            return;
        importSchema = ImportSchema(schema, importedFields);
        database = DuckDbDatabase.OpenInMemory(new() { Threads = 1 });
        connection = database.Connect();
        import = new ArrowImport(connection, importSchema);
    }

    /// <summary>Returns the schema of a view of some fields.</summary>
    internal static Schema ImportSchema(Schema schema, IEnumerable<int> fields) => new(fields.Select(i => new Field(ArrowColumn.NameOf(i),
        ArrowConversion.TypeOf(schema.FieldsList[i].DataType), nullable: true,
        ArrowConversion.MetadataOf(schema.FieldsList[i]))), null);

    /// <summary>Reads the next rows.</summary>
    /// <param name="use">Receives the rows.</param>
    /// <returns>False if there are no more rows.</returns>
    /// <exception cref="ArrowFault">A batch is damaged.</exception>
    internal bool TryNext(Action<ArrowRows> use)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (next == end)
            if (left == 0 || !TryOpenBatch())
                return false;
        int count = Math.Min(StepRows, end - next);
        DuckDbChunk? chunk = null;
        if (result is not null)
            count = result.TryNextChunk(out chunk) ? chunk.RowCount
                : throw ArrowFault.Damaged($"batch {number - 1} has fewer rows than it declares");
        use(new ArrowRows(arrays, next, count, chunk, imported));
        next += count;
        left -= count;
        return true;
    }

    /// <summary>Makes the next batch available to queries.</summary>
    /// <param name="use">Receives the connection whose <see cref="ArrowImport.View"/> has all rows of the batch, and may be read
    /// once.</param>
    /// <returns>False if there are no more batches.</returns>
    internal bool TryImport(Action<DuckDbConnection> use)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!TryReadBatch())
            return false;
        scan = import!.Scan(ImportedBatch());
        use(connection!);
        return true;
    }

    public void Dispose()
    {
        Close();
        import?.Dispose();
        connection?.Dispose();
        database?.Dispose();
        reader.Dispose();
    }

    private bool TryOpenBatch()
    {
        if (!TryReadBatch())
            return false;
        (next, end, skipped) = (skipped, (int)Math.Min(batch!.Length, skipped + Math.Min(left, int.MaxValue - skipped)), 0);
        if (import is null || next == end)
            return true;
        scan = import.Scan(ImportedBatch());
        result = connection!.Query(next == 0 && end == batch.Length ? sql : $"{sql} LIMIT {end - next} OFFSET {next}",
            cancellationToken: cancellationToken);
        return true;
    }

    private RecordBatch ImportedBatch() => new(importSchema, importedFields.Select(i =>
        ArrowArrayFactory.BuildArray(ArrowConversion.Of(arrays[i].Data))), batch!.Length);

    private bool TryReadBatch()
    {
        Close();
        batch = reader.ReadNextRecordBatch();
        if (batch is null)
            return false;
        foreach (int field in fields)
        {
            arrays[field] = batch.Column(field);
            check.Require(arrays[field].Data, $"batch {number}, column '{schema.FieldsList[field].Name}',");
        }
        number++;
        return true;
    }

    private void Close()
    {
        result?.Dispose();
        scan?.Dispose();
        batch?.Dispose();
        (result, scan, batch) = (null, null, null);
    }
}
