using System.Text;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Csv;
using Pile.Tables.Opening;

namespace Pile.Tables.Ecsv;

/// <summary>An ECSV file: CSV whose header declares every column. An empty field is a missing value, as is the bare word <c>null</c> outside of text.</summary>
internal sealed class EcsvTable : TableFile
{
    private readonly EcsvHeader _header;
    private readonly TableReadOptions _options;

    private EcsvTable(TablePath source, EcsvHeader header, TableReadOptions options) : base(source, header.Columns, rowCount: null) =>
        (_header, _options) = (header, options);

    internal static EcsvTable Open(TablePath source, TableReadOptions options)
    {
        try
        {
            EcsvHeader header;
            using (CsvRecords records = new(source.OpenContent(), (byte)',', source.Given))
                header = EcsvHeader.Parse(records.SkipComments(), source.Given);
            using (CsvRecords rows = OpenRows(source, header)) { }
            return new EcsvTable(source, header, options);
        }
        catch (InvalidDataException e)
        {
            throw source.Broken(e);
        }
    }

    protected override IEnumerable<RowBatch> Read(int[] columns, long firstRow, long rowCount, CancellationToken cancellationToken)
    {
        BatchBuilder batch = new(columns.Select(i => Columns[i]));
        using CsvRecords records = OpenRows(Source, _header);
        long good = 0;
        for (long row = 0; good - firstRow < rowCount && MoveNext(records); row++)
        {
            if (row % 4096 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (records.FieldCount != Columns.Length)
            {
                ValueInvalidException bad = new(Path, row, Columns[Math.Min(records.FieldCount, Columns.Length - 1)].Name, $"line {records.Line} with {records.FieldCount} fields", $"a row of {Columns.Length} fields", "Correct the line");
                if (_options.OnBadRow is null)
                    throw bad;
                _options.OnBadRow(bad);
                continue;
            }
            if (good++ < firstRow)
                continue;
            for (int i = 0; i < columns.Length; i++)
                AddCell(batch.Columns[i], records, columns[i], row);
            if (batch.IsFull)
                yield return batch.Take();
        }
        if (batch.RowCount > 0)
            yield return batch.Take();
    }

    private bool MoveNext(CsvRecords records)
    {
        try
        {
            return records.MoveNext();
        }
        catch (InvalidDataException e)
        {
            throw Source.Broken(e);
        }
    }

    private void AddCell(ColumnBuilder column, CsvRecords records, int index, long row)
    {
        ReadOnlySpan<byte> cell = records.Field(index);
        ColumnSchema schema = column.Schema;
        if (cell.IsEmpty || (schema.DType is not DType.String && CsvColumnProfile.IsNullWord(cell)))
            column.AddNull();
        else if (_header.IsJson[index])
            JsonTexts.Add(column, cell);
        else if (schema.IsScalar ? !column.TryAddText(cell) : !JsonArrays.TryAdd(column, cell))
            throw new ValueInvalidException(Path, row, schema.Name, $"'{Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, 60)])}'",
                schema.IsScalar ? schema.DType.Name() : $"an array of {schema.DType.Name()} of shape [{string.Join(", ", schema.Shape.Select(n => n < 0 ? "any" : $"{n}"))}]", "Correct the value, or the column's datatype in the header");
    }

    private static CsvRecords OpenRows(TablePath source, EcsvHeader header)
    {
        CsvRecords records = new(source.OpenContent(), header.Delimiter, source.Given);
        try
        {
            records.SkipComments();
            bool hasNames = records.MoveNext() && records.FieldCount == header.Columns.Length;
            for (int i = 0; hasNames && i < records.FieldCount; i++)
                hasNames = Encoding.UTF8.GetString(records.Field(i)) == header.Columns[i].Name;
            return hasNames ? records : throw new SourceUnreadableException(source.Given, "the line of names does not agree with the ECSV header", "Make the names the same, in the same order");
        }
        catch
        {
            records.Dispose();
            throw;
        }
    }
}
