using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Writes Apache Arrow's streaming format, or its file format, with Apache.Arrow.</summary>
internal sealed class ArrowSink : ITableSink
{
    private readonly TextFile file;
    private readonly Schema schema;
    private readonly ArrowStreamWriter writer;
    private long rowCount;

    internal ArrowSink(TextFile file, ImmutableArray<ColumnSchema> columns, TableAbout? about, bool isStream)
    {
        (this.file, schema) = (file, ArrowConvert.ToSchema(columns, about));
        CountedStream output = new(file);
        writer = isStream ? new ArrowStreamWriter(output, schema) : new ArrowFileWriter(output, schema);
        writer.WriteStart();
    }

    public void Write(ColumnData[] columns, int rowCount)
    {
        if (rowCount == 0)
            return;
        using RecordBatch batch = ArrowConvert.ToRecordBatch(columns, rowCount, schema);
        writer.WriteRecordBatch(batch);
        this.rowCount += rowCount;
    }

    public long Complete(CancellationToken cancellationToken)
    {
        writer.WriteEnd();
        file.Complete();
        return rowCount;
    }

    public void Dispose()
    {
        writer.Dispose();
        file.Dispose();
    }
}
