using System.Collections.Immutable;
using Apache.Arrow.Types;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Opening;
using Pile.Tables.Parquet;

namespace Pile.Tables.Arrow;

/// <summary>A file or stream in Arrow's interprocess format, read batch by batch by Apache.Arrow. Columns are those that the same table has
/// in Parquet: numbers and texts are copied, other types are imported by DuckDB.</summary>
internal sealed class ArrowTable : TableFile
{
    private readonly ArrowFile file;
    private readonly ParquetMetadata metadata;
    private readonly Action<ValueInvalidException>? onBadRow;
    private ImmutableArray<ArrowColumn> columns;

    private ArrowTable(TablePath source, ArrowFile file, ImmutableArray<ArrowColumn> columns, ParquetMetadata metadata,
        TableReadOptions options)
        : base(source, [.. columns.Select(c => c.Column.Schema)], file.RowCount) =>
            (this.file, this.columns, this.metadata, onBadRow) = (file, columns, metadata, options.OnBadRow);

    internal static ArrowTable Open(TablePath source, TableReadOptions options, CancellationToken cancellationToken)
    {
        ArrowFile opened = ArrowFile.Open(source, cancellationToken);
        try
        {
            ParquetMetadata declared = ParquetMetadata.Of(opened.Schema.Metadata ?? ImmutableDictionary<string, string>.Empty, source.Given);
            string[] names = UniqueNames.Of([.. opened.Schema.FieldsList.Select(f => f.Name)]);
            ArrowColumn[] found = opened.Guard(() => ArrowColumns.Describe(opened, names, declared, cancellationToken));
            return new ArrowTable(source, opened, [.. found], declared, options);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Notes
    {
        get
        {
            string[] written = [.. file.Schema.FieldsList.Select(f => f.Name)];
            if (UniqueNames.NoteOf(written, UniqueNames.Of(written)) is { } note)
                yield return note;
            foreach (ArrowColumn column in columns)
                if (column.Column.IsTimestamp && file.Schema.FieldsList[column.Field].DataType
                    is TimestampType { Unit: TimeUnit.Nanosecond, Timezone: { Length: > 0 } })
                    yield return $"the times of column '{column.Column.Schema.Name}' are in nanoseconds, and are read in whole microseconds.";
        }
    }

    public override string? FrameOf(string column) => metadata.FrameOf(column);

    public override void Dispose()
    {
        file.Dispose();
        base.Dispose();
    }

    internal override bool IsTimestamp(string column) => IndexOf(column) is >= 0 and int index && columns[index].Column.IsTimestamp;

    internal override double? EpochOf(string column) => metadata.EpochOf(column);

    internal override void ReadForCast(IReadOnlyDictionary<string, DType> types) => columns = [.. columns.Select(c =>
        !c.IsDirect && types.TryGetValue(c.Column.Schema.Name, out DType type) ? c with { Column = c.Column.For(type) } : c)];

    internal override void ReadAsDigits(string column) => columns = [.. columns.Select(c =>
        c.Column.IsBinary && c.Column.Schema.Name == column
            ? c with { Column = c.Column with { Expression = $"hex({c.Column.Expression})" } } : c)];

    protected override IEnumerable<RowBatch> Read(int[] columns, long firstRow, long rowCount, CancellationToken cancellationToken) =>
        onBadRow is null ? ReadRange(columns, firstRow, rowCount, cancellationToken)
            : InvalidRows.Range(ReadRange(columns, 0, long.MaxValue, cancellationToken), firstRow, rowCount);

    private IEnumerable<RowBatch> ReadRange(int[] columns, long firstRow, long rowCount, CancellationToken cancellationToken)
    {
        ArrowColumn[] selected = [.. columns.Select(i => this.columns[i])];
        BatchBuilder batch = new(selected.Select(c => c.Column.Schema));
        InvalidRows invalid = new(onBadRow);
        long row = firstRow, first = firstRow;
        using ArrowBatches batches = file.Batches(selected, firstRow, rowCount, cancellationToken);
        while (file.Guard(() => batches.TryNext(Append)))
        {
            invalid.LeaveOutOf(batch, first);
            if (!batch.IsFull)
                continue;
            yield return batch.Take();
            first = row;
        }
        if (batch.RowCount > 0)
            yield return batch.Take();

        void Append(ArrowRows rows)
        {
            for (int i = 0; i < selected.Length; i++)
                if (selected[i].IsDirect)
                    ArrowValues.Append(batch.Columns[i], rows.Arrays[selected[i].Field], rows.Start, rows.Count);
                else
                    ParquetValues.Append(batch.Columns[i], rows.Chunk![rows.ImportedOf(i)],
                        new(Path, row, invalid, selected[i].Column.Inexact));
            row += rows.Count;
        }
    }
}
