using System.Collections.Frozen;
using System.Globalization;
using Pile.Fits;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Ecsv;
using Pile.Tables.Opening;

namespace Pile.Tables.Fits;

/// <summary>A table HDU of a FITS file.</summary>
internal sealed class FitsTableFile : TableFile
{
    private readonly PlainFile plain;
    private readonly FitsFile file;
    private readonly FitsTable table;
    private readonly FitsTableColumn[] columns;
    private readonly string? frame;
    private readonly double? statedEpoch;
    private readonly FrozenDictionary<string, AstropyColumn> objects;
    private readonly FitsOffsetNulls?[] offsetNulls;
    private readonly Action<ValueInvalidException>? onBadRow;

    private FitsTableFile(TablePath source, PlainFile plain, FitsFile file, FitsTable table, FitsTableColumn[] columns,
        FrozenDictionary<string, AstropyColumn> objects, TableReadOptions options)
        : base(source, [.. columns.Select(c => c.Schema)], table.RowCount)
    {
        (this.plain, this.file, this.table, this.columns, this.objects) = (plain, file, table, columns, objects);
        onBadRow = options.OnBadRow;
        offsetNulls = [.. columns.Select(c => FitsOffsetNulls.IsFor(c) ? new FitsOffsetNulls(c) : null)];
        frame = Frames.OfFits(HeaderFrame.OfTable(table.Header));
        statedEpoch = StatedEpoch.Of(table.Header.Cards);
    }

    internal static FitsTableFile Open(TablePath source, TableReadOptions options)
    {
        PlainFile unpacked = source.OpenPlain();
        FitsFile? opened = null;
        try
        {
            opened = FitsFile.OpenRead(unpacked.Path);
            FitsTable chosen = Choose(source, opened).Table();
            string[] names = UniqueNames.Of([.. chosen.Columns.Select(c => c.Name)]);
            FrozenDictionary<string, AstropyColumn> stated = AstropyColumns.Of(AstropyColumns.LinesOf(chosen.Header.Text), source.Given);
            FitsTableColumn[] found = [.. chosen.Columns.Select((column, i) =>
                FitsTableColumn.Of(column, names[i], FitsTimes.Of(chosen.Header, column, i + 1),
                    FitsTimes.UnitOf(chosen.Header, column, i + 1), FitsMedia.Of(chosen.Header, column, i + 1)))];
            for (int i = 0; i < found.Length; i++)
                if (stated.TryGetValue(names[i], out AstropyColumn? facts))
                    found[i] = found[i] with { Schema = facts.AddTo(found[i].Schema) };
            for (int i = 0; i < found.Length; i++)
                found[i] = found[i].WithMissing(chosen);
            return new FitsTableFile(source, unpacked, opened, chosen, found, stated, options)
            {
                NamesInFile = [.. chosen.Columns.Select(c => c.Name)],
            };
        }
        catch
        {
            opened?.Dispose();
            unpacked.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Notes
    {
        get
        {
            IEnumerable<string> notes = OtherTables is { } others ? base.Notes.Prepend(others) : base.Notes;
            return notes.Concat(offsetNulls.Select(found => found?.Note).OfType<string>());
        }
    }

    /// <inheritdoc/>
    public override string? OtherTables
    {
        get
        {
            FitsHdu[] tables = Source.Part is not null ? []
                : [.. file.Hdus.Where(hdu => hdu.Kind is FitsHduKind.Table or FitsHduKind.AsciiTable)];
            return tables.Length < 2 ? null
                : Opening.OtherTables.Note(Source, LabelOf(tables[0]), [.. tables.Skip(1).Select(LabelOf)]);
        }
    }

    public override ColumnSchema? AsTimes(string column) => IndexOf(column) is not (>= 0 and int index) ? null
        : Columns[index] is { Time: not null } times ? times
        : FitsTableColumn.Of(table.Columns[index], column, FitsTimes.Of(table.Header, table.Columns[index], index + 1, isTime: true),
            FitsTimes.UnitOf(table.Header, table.Columns[index], index + 1, isTime: true)).Schema;

    // Tables of positions in ICRS have copies of columns in other frames, and FITS has one keyword for all columns.
    public override string? FrameOf(string column) => objects.GetValueOrDefault(column)?.Frame
        ?? (IndexOf(column) is >= 0 and int index && FrameWords.IsOfOtherEquinox(Columns[index], frame) ? null : frame);

    internal override double? EpochOf(string column) =>
        objects.GetValueOrDefault(column)?.EpochYear ?? (StatedEpoch.IsOf(column) ? statedEpoch : null);

    public override void Dispose()
    {
        file.Dispose();
        plain.Dispose();
        base.Dispose();
    }

    protected override IEnumerable<RowBatch> Read(int[] columns, long firstRow, long rowCount, CancellationToken cancellationToken)
    {
        InvalidRows invalid = new(onBadRow);
        return invalid.AreLeftOut ? InvalidRows.Range(Read(columns, 0, long.MaxValue, invalid, cancellationToken), firstRow, rowCount)
            : Read(columns, firstRow, rowCount, invalid, cancellationToken);
    }

    private IEnumerable<RowBatch> Read(int[] columns, long firstRow, long rowCount, InvalidRows invalid,
        CancellationToken cancellationToken)
    {
        FitsTableColumn[] selected = [.. columns.Select(i => this.columns[i])];
        long end = rowCount > table.RowCount - firstRow ? table.RowCount : firstRow + rowCount;
        int step = Math.Min(table.BlockRowCount, BatchBuilder.RowLimit);
        BatchBuilder batch = new(selected.Select(c => c.Schema));
        for (long row = firstRow; row < end; row += step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min(step, end - row);
            for (int i = 0; i < selected.Length; i++)
                if (selected[i].HasPairsOfDates)
                    FitsTimes.AppendMjd(table, selected[i].Column, (NumberColumnBuilder<double>)batch.Columns[i], row, count);
                else
                    FitsColumnValues.Append(table, selected[i], batch.Columns[i], row, count, Path, invalid);
            invalid.LeaveOutOf(batch, row);
            RowBatch rows = batch.Take();
            for (int i = 0; i < selected.Length; i++)
                offsetNulls[columns[i]]?.Add(rows.Columns[i]);
            yield return rows;
        }
    }

    // A name that several HDUs have names the first of them.
    private string LabelOf(FitsHdu hdu) => hdu.Name.Length > 0 && file.TryHdu(hdu.Name, out FitsHdu? first) && first == hdu ? hdu.Name
        : hdu.Index.ToString(CultureInfo.InvariantCulture);

    private static FitsHdu Choose(TablePath source, FitsFile file)
    {
        if (source.Part is null)
            return file.Hdus.FirstOrDefault(hdu => hdu.Kind is FitsHduKind.Table or FitsHduKind.AsciiTable)
                ?? throw new SourceUnreadableException(source.Given, $"the file contains no table. {file.Contents().TrimEnd('.')}",
                    "Use a file with a table, or for images a recipe with the builder fits-image, cube or spectrum");
        if (file.TryHdu(source.Part, out FitsHdu? named))
            return named;
        bool isNumber = int.TryParse(source.Part, out int number);
        return isNumber && (uint)number < (uint)file.Hdus.Count ? file.Hdu(number)
            : throw new TablePartNotFoundException(source.Given, source.Part,
                $"there is no HDU {(isNumber ? source.Part : $"'{source.Part}'")}. {file.Contents()}");
    }
}
