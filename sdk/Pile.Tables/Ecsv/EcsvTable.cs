using System.Collections.Immutable;
using System.Text;
using Pile.Fits;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Csv;
using Pile.Tables.Opening;
using Pile.Tables.Text;

namespace Pile.Tables.Ecsv;

/// <summary>An ECSV file: CSV with a header that declares every column. Missing values are empty fields, values marked by a mask, and the
/// bare word <c>null</c>; in text only if numbers within the first rows are missing so, as in files of Gaia.</summary>
internal sealed class EcsvTable : TableFile
{
    private const int RowsWithNullWord = 4096;
    private static readonly bool[] Missing = [true], Present = [false];

    private readonly EcsvHeader header;
    private readonly TableReadOptions options;
    private ImmutableArray<string> textNotes = [];

    /// <summary>The kinds of the values of each array whose type depends on missing elements; of other columns null.</summary>
    internal ImmutableArray<TextKinds?> Kinds { get; private init; }

    // True if a column of numbers shows that the bare word null is a missing value in text, too.
    private bool NullWordIsMissing { get; init; }

    private EcsvTable(TablePath source, EcsvHeader header, TableReadOptions options)
        : base(source, [.. header.Columns.Select(c => c.Schema)], rowCount: null) =>
        (this.header, this.options) = (header, options);

    internal static EcsvTable Open(TablePath source, TableReadOptions options)
    {
        try
        {
            EcsvHeader parsed;
            using (CsvRecords records = new(source.OpenContent(), (byte)',', source.Given, hasComments: false))
                parsed = EcsvHeader.Parse(records.SkipComments(), source.Given);
            using (CsvRecords rows = OpenRows(source, parsed)) { }
            (IEnumerable<EcsvField> fields, IEnumerable<TextKinds?> kinds) =
                MaskedArrays.Resolve(parsed.Columns, options.TextTypes, () => OpenRows(source, parsed));
            EcsvField[] read = [.. fields];
            return new EcsvTable(source, parsed with { Columns = [.. read] }, options)
            {
                Kinds = [.. kinds],
                NullWordIsMissing = UsesNullWord(source, parsed),
                textNotes = [.. parsed.Columns.Zip(read).Where(f => f.First.Schema.DType != f.Second.Schema.DType
                    && f.Second.Schema.DType is DType.String).Select(f => NoteOf(f.First.Schema))],
            };
        }
        catch (InvalidDataException e)
        {
            throw source.Broken(e);
        }
    }

    /// <inheritdoc cref="EcsvHeader.UnreadTimes"/>
    internal ImmutableArray<(string Column, string Format)> UnreadTimes => header.UnreadTimes;

    public override string? FrameOf(string column) => header.Frames.GetValueOrDefault(column);

    internal override double? EpochOf(string column) => header.Epochs.TryGetValue(column, out double year) ? year : null;

    // Neither arrays of booleans nor those of integers beyond 2⁵³ have a value for a missing element.
    private static string NoteOf(ColumnSchema declared) => $"the column '{declared.Name}' is read as text, because single elements of its "
        + $"arrays are missing, which arrays of {(declared.DType is DType.Bool ? "booleans" : "integers beyond 2⁵³")} cannot have. "
        + (declared.DType is DType.Bool ? "Write them as integers" : "Write them without missing elements")
        + ", or leave the column out";

    /// <inheritdoc/>
    public override IEnumerable<string> Notes => base.Notes.Concat(textNotes).Concat(header.UnreadTimes.Select(c =>
        $"the column '{c.Column}' has times in astropy's format '{c.Format}', which is read as it is, not as times with a scale. To use "
            + $"them as times, write them in another format: t['{c.Column}'].format = 'isot'"));

    internal override IReadOnlyList<FitsCard> Keywords => EcsvMeta.Read(header.Meta, Path);

    protected override IEnumerable<RowBatch> Read(int[] columns, long firstRow, long rowCount, CancellationToken cancellationToken)
    {
        BatchBuilder batch = new(columns.Select(i => Columns[i]));
        using CsvRecords records = OpenRows(Source, header);
        long good = 0;
        for (long row = 0; good - firstRow < rowCount && MoveNext(records); row++)
        {
            if (row % 4096 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (records.FieldCount != header.FieldNames.Length)
            {
                ValueInvalidException bad = new(Path, row, header.FieldNames[Math.Min(records.FieldCount, header.FieldNames.Length - 1)],
                    $"line {records.Line} with {records.FieldCount} fields", $"a row of {header.FieldNames.Length} fields",
                    "Correct the line");
                if (options.OnBadRow is null)
                    throw bad;
                options.OnBadRow(bad);
                continue;
            }
            if (good++ < firstRow)
                continue;
            AddRow(batch, columns, records, row);
            if (batch.IsFull)
                yield return batch.Take();
        }
        if (batch.RowCount > 0)
            yield return batch.Take();
    }

    private static bool UsesNullWord(TablePath source, EcsvHeader header)
    {
        int[] numbers = [.. header.Columns.Where(c => c.Schema is { IsScalar: true, DType: not DType.String }).Select(c => c.Index)];
        if (!header.Columns.Any(c => c.Schema is { IsScalar: true, DType: DType.String }))
            return false;
        using CsvRecords records = OpenRows(source, header);
        for (int row = 0; row < RowsWithNullWord && records.MoveNext(); row++)
            if (records.FieldCount == header.FieldNames.Length)
                foreach (int field in numbers)
                    if (TextColumnProfile.IsNullWord(records.Field(field)))
                        return true;
        return false;
    }

    private void AddRow(BatchBuilder batch, int[] columns, CsvRecords records, long row)
    {
        int added = batch.RowCount;
        try
        {
            for (int i = 0; i < columns.Length; i++)
                AddCell(batch.Columns[i], records, header.Columns[columns[i]], row);
        }
        catch (ValueInvalidException bad) when (options.OnBadRow is not null)
        {
            options.OnBadRow(bad);
            batch.DropRow(added);
        }
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

    private void AddCell(ColumnBuilder column, CsvRecords records, EcsvField field, long row)
    {
        ReadOnlySpan<byte> cell = records.Field(field.Index);
        ColumnSchema schema = column.Schema;
        if (field.SecondDateIndex is { } secondDate)
        {
            AddMjd((NumberColumnBuilder<double>)column, cell, records.Field(secondDate), row);
            return;
        }
        ReadOnlySpan<bool> isMissing = field.MaskIndex is { } mask ? Mask(records.Field(mask), schema, header.FieldNames[mask], row) : [];
        bool isText = schema.DType is DType.String; // with a mask, an empty text is a value
        bool maySayNull = !isText || (NullWordIsMissing && !records.IsQuoted(field.Index));
        if ((cell.IsEmpty && (!isText || isMissing.IsEmpty)) || (maySayNull && TextColumnProfile.IsNullWord(cell))
            || (!isMissing.IsEmpty && !isMissing.Contains(false))
            || (!schema.IsScalar && isMissing.IsEmpty && MaskedArrays.IsAllMissing(cell)))
            column.AddNull();
        else if (field.IsJson)
            JsonTexts.Add(column, cell);
        else if (schema.IsScalar ? !column.TryAddText(cell) : !JsonArrays.TryAdd(column, cell, isMissing))
            throw new ValueInvalidException(Path, row, schema.Name,
                $"'{Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, 60)])}'"
                    + $"{(isMissing.Contains(true) ? " with missing elements" : "")}",
                schema.IsScalar ? schema.DType.Name()
                    : $"an array of {schema.DType.Name()} of shape [{string.Join(", ", schema.Shape.Select(n => n < 0 ? "any" : $"{n}"))}]",
                    "Correct the value, or the column's datatype in the header");
    }

    // The order of the sum is that of FITS tables, and keeps the digits.
    private void AddMjd(NumberColumnBuilder<double> column, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, long row)
    {
        if (IsMissing(first) || IsMissing(second))
            column.AddNull();
        else if (CellText.TryParse(first, out double days) && CellText.TryParse(second, out double rest))
            column.Add(days - TimeWords.JdOfMjdZero + rest);
        else
            throw new ValueInvalidException(Path, row, column.Schema.Name,
                $"'{Encoding.UTF8.GetString(first)}' and '{Encoding.UTF8.GetString(second)}'", "two Julian dates", "Correct the values");

        static bool IsMissing(ReadOnlySpan<byte> cell) => cell.IsEmpty || TextColumnProfile.IsNullWord(cell);
    }

    /// <summary>Returns which elements of a row are missing.</summary>
    private ReadOnlySpan<bool> Mask(ReadOnlySpan<byte> cell, ColumnSchema schema, string name, long row)
    {
        if (schema.IsScalar && CellText.TryBool(cell, out bool isMissing))
            return isMissing ? Missing : Present;
        ColumnBuilder flags = ColumnBuilder.For(new ColumnSchema { Name = name, DType = DType.Bool, Shape = schema.Shape });
        if (schema.IsScalar || !JsonArrays.TryAdd(flags, cell, []))
            throw new ValueInvalidException(Path, row, name, $"'{Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, 60)])}'",
                schema.IsScalar ? "true or false" : "an array of true and false", "Correct the mask");
        return ((ColumnData<bool>)flags.Take()).Values.Span;
    }

    private static CsvRecords OpenRows(TablePath source, EcsvHeader header)
    {
        CsvRecords records = new(source.OpenContent(), header.Delimiter, source.Given, hasComments: false);
        try
        {
            records.SkipComments();
            bool hasNames = records.MoveNext() && records.FieldCount == header.FieldNames.Length;
            for (int i = 0; hasNames && i < records.FieldCount; i++)
                hasNames = Encoding.UTF8.GetString(records.Field(i)) == header.FieldNames[i];
            return hasNames ? records : throw new SourceUnreadableException(source.Given,
                "the line of names does not agree with the ECSV header", "Use the same names in the same order");
        }
        catch
        {
            records.Dispose();
            throw;
        }
    }
}
